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

/// Copies a folder with all that is in it.
///
/// # Errors
/// When a file cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            std::fs::copy(&path, &target)?;
        }
    }
    Ok(())
}
