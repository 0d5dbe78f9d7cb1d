//! The published files.

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha384};
use std::path::{Path, PathBuf};

/// The project's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of the published files.
#[must_use]
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The bytes of a published file.
///
/// # Errors
/// When it has not been built.
pub fn read(name: &str) -> Result<Vec<u8>> {
    let path = dist().join(name);
    std::fs::read(&path).with_context(|| format!("{} (build it with: cargo xtask build)", path.display()))
}

/// What `integrity=` must say for a published file.
///
/// # Errors
/// As [`read`].
pub fn integrity(name: &str) -> Result<String> {
    Ok(format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(read(name)?))))
}

/// The first code block of this language in the README that has `part` in it.
///
/// # Errors
/// When there is none.
pub fn readme_example(language: &str, part: &str) -> Result<String> {
    let text = std::fs::read_to_string(root().join("README.md"))?;
    let blocks = text.split("```").skip(1).step_by(2);
    let ours = blocks.filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n'));
    let found = ours.into_iter().find(|block| block.contains(part));
    Ok(found.with_context(|| format!("README.md has no {language} example with {part}"))?.to_owned())
}
