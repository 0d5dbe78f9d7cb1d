//! What Rust's standard library brings into the WebAssembly: itself, the arithmetic that processors lack, and crates of others
//! that are built into it. Which of it a file uses in the end is the linker's choice, so each counts as in all of them.

use crate::components::{Component, licence_texts, mit};
use crate::toolchain::Toolchain;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::path::Path;

/// The crates in it of which something can be left on this target: allocator, hash table, names in backtraces.
const VENDORED: [&str; 3] = ["dlmalloc", "hashbrown", "rustc-demangle"];

/// All of it; the library itself, which uses the others, first.
pub fn components() -> Result<Vec<Component>> {
    let toolchain = Toolchain::find().context("no standard library for WebAssembly; run: cargo xtask setup")?;
    let version = toolchain.version().context("rustc has no version")?;
    let mut parts = vec![compiler_builtins(toolchain, &version)?];
    for name in VENDORED {
        parts
            .push(vendored(toolchain, name).with_context(|| format!("the licence of {name} in the standard library"))?);
    }
    let licence = "MIT OR Apache-2.0".to_owned();
    let library = Component {
        texts: vec![mit("rust-std", &licence, "The Rust Project Contributors")?],
        purl: format!("pkg:generic/rust-std@{version}"),
        name: "rust-std".into(),
        version,
        licence,
        sha256: None,
        what: "Rust's standard library, linked into the WebAssembly",
        uses: parts.iter().map(|part| part.purl.clone()).collect(),
        files: BTreeSet::new(),
    };
    parts.insert(0, library);
    Ok(parts)
}

fn compiler_builtins(toolchain: Toolchain, version: &str) -> Result<Component> {
    let texts = match toolchain.licences().filter(|_| !toolchain.can_build_std()) {
        // Its own file, which also says who wrote what, comes with the source alone.
        Some(folder) => {
            let read = |name: &str| std::fs::read_to_string(folder.join(name)).with_context(|| name.to_owned());
            ["MIT.txt", "LLVM-exception.txt", "Apache-2.0.txt"].into_iter().map(read).collect::<Result<_>>()?
        }
        None => licence_texts(
            &toolchain.library_source().context("neither licences nor source")?.join("compiler-builtins"),
        )?,
    };
    Ok(Component {
        name: "compiler_builtins".into(),
        purl: format!("pkg:generic/compiler_builtins@{version}"),
        version: version.to_owned(),
        licence: "MIT AND Apache-2.0 WITH LLVM-exception AND (MIT OR Apache-2.0)".into(),
        sha256: None,
        what: "the arithmetic that processors lack, linked into the WebAssembly",
        texts,
        uses: BTreeSet::new(),
        files: BTreeSet::new(),
    })
}

/// A crate that is built into the library: as rustc's own list of notices says, or, where that is not installed, the source.
fn vendored(toolchain: Toolchain, name: &str) -> Result<Component> {
    let (version, licence, texts) = match toolchain.notices() {
        Some(file) => {
            noticed(&std::fs::read_to_string(file)?, name).context("not in rustc's notices as it used to be")?
        }
        None => from_source(&toolchain.library_source().context("neither notices nor source")?.join("vendor"), name)?,
    };
    Ok(Component {
        name: name.to_owned(),
        purl: format!("pkg:cargo/{name}@{version}"),
        version,
        licence: licence.replace('/', " OR "),
        sha256: None,
        what: "in Rust's standard library, linked into the WebAssembly",
        texts,
        uses: BTreeSet::new(),
        files: BTreeSet::new(),
    })
}

/// Version, licence and its texts from the page of notices that comes with rustc.
fn noticed(page: &str, name: &str) -> Option<(String, String, Vec<String>)> {
    let start = format!("\u{1f4e6} {name}-");
    // Why the digit: one name may be the beginning of another.
    let starts =
        |part: &&str| part.strip_prefix(&start).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let part = page.split("<h3>").find(starts)?;
    let version = between(part, &start, "</h3>")?;
    let licence = between(part, "<b>License:</b> ", "</p>")?;
    let files: Vec<_> = part.split("<summary><code>").skip(1).collect();
    let mit: Vec<_> = files.iter().copied().filter(|file| file.starts_with("LICENSE-MIT<")).collect();
    let texts = if mit.is_empty() { files } else { mit };
    let texts: Option<Vec<_>> = texts.into_iter().map(|file| Some(plain(between(file, "<pre>", "</pre>")?))).collect();
    Some((version.to_owned(), plain(licence), texts.filter(|texts| !texts.is_empty())?))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

/// Text of a page.
fn plain(escaped: &str) -> String {
    let signs = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    signs.iter().fold(escaped.to_owned(), |text, (name, sign)| text.replace(name, sign))
}

/// The same from the folder of vendored crates. Why their authors: Debian leaves the texts out.
fn from_source(folder: &Path, name: &str) -> Result<(String, String, Vec<String>)> {
    let start = format!("{name}-");
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(version) = file.strip_prefix(&start).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        else {
            continue;
        };
        let manifest = std::fs::read_to_string(path.join("Cargo.toml"))?;
        let licence = between(&manifest, "\nlicense = \"", "\"").context("no licence")?;
        let authors = between(&manifest, "\nauthors = [", "]").context("no authors")?;
        let authors: Vec<_> = authors.split('"').skip(1).step_by(2).collect();
        let mut texts = licence_texts(&path)?;
        if texts.is_empty() {
            texts.push(mit(name, &licence.replace('/', " OR "), &authors.join(", "))?);
        }
        return Ok((version.to_owned(), licence.to_owned(), texts));
    }
    anyhow::bail!("{} has no {name}", folder.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notices_of_rustc_give_version_licence_and_the_text_that_is_taken() {
        let page = "<h3>\u{1f4e6} ab-extra-3.0.0</h3><h3>\u{1f4e6} ab-1.2.3</h3>\n<p><b>License:</b> MIT/Apache-2.0</p>\n\
                    <summary><code>LICENSE-APACHE</code></summary><pre>Long.</pre>\n\
                    <summary><code>LICENSE-MIT</code></summary>\n<pre>\nBy A. &#60;a@b.example&#62; &#38; others</pre>\n\
                    <h3>\u{1f4e6} b-4.0.0</h3>\n<p><b>License:</b> Zlib</p><summary><code>LICENSE</code></summary><pre>Short.</pre>";
        let (version, licence, texts) = noticed(page, "ab").unwrap();
        assert_eq!((version.as_str(), licence.as_str()), ("1.2.3", "MIT/Apache-2.0"));
        assert_eq!(texts, ["\nBy A. <a@b.example> & others"]);
        assert_eq!(noticed(page, "b").unwrap().2, ["Short."]);
        assert!(noticed(page, "a").is_none() && noticed(&page.replace("<pre>", "<p>"), "b").is_none());
    }

    #[test]
    fn debians_source_gives_its_authors_in_the_place_of_a_text() {
        let folder = std::env::temp_dir().join(format!("cx-speechstorm-vendor-{}", std::process::id()));
        for (name, authors) in [("ab-extra-3.0.0", "B"), ("ab-1.2.3", "A. Uthor <a@b.example>")] {
            std::fs::create_dir_all(folder.join(name)).unwrap();
            let manifest =
                format!("[package]\nname = \"ab\"\nauthors = [\"{authors}\"]\nlicense = \"MIT/Apache-2.0\"\n");
            std::fs::write(folder.join(name).join("Cargo.toml"), manifest).unwrap();
        }
        let (version, _, texts) = from_source(&folder, "ab").unwrap();
        assert_eq!(version, "1.2.3");
        assert!(texts[0].contains("Copyright (c) A. Uthor <a@b.example>"));
        assert!(from_source(&folder, "c").is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
