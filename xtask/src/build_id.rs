//! The build id: a hash of all that a build is made of. It stands in the WebAssembly, in its file's name and in the scripts,
//! so that what belongs together finds together.

use anyhow::{Result, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256, Sha384};

/// The custom section that tools look for a build id in.
const SECTION: &str = "build_id";

/// Eight bytes in hex, from named parts: the same parts give the same id wherever they lie.
pub fn of(parts: &[(&str, &[u8])]) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in parts {
        // Why the lengths: one part's end must not pass for the next one's beginning.
        for text in [name.as_bytes(), bytes] {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The WebAssembly with the id at its end.
pub fn stamp(wasm: &[u8], id: &str) -> Result<Vec<u8>> {
    Ok([wasm, &section(SECTION, &text(id)?)?].concat())
}

/// A custom section.
pub fn section(name: &str, content: &[u8]) -> Result<Vec<u8>> {
    let content = [&text(name)?, content].concat();
    Ok([&[0, short(content.len())?], &content[..]].concat())
}

/// A text after its length.
fn text(text: &str) -> Result<Vec<u8>> {
    Ok([&[short(text.len())?], text.as_bytes()].concat())
}

/// A length that takes one byte in WebAssembly.
pub fn short(length: usize) -> Result<u8> {
    ensure!(length < 0x80, "{length} bytes are too long for a short section");
    Ok(u8::try_from(length)?)
}

/// As `integrity` takes it; short, since it stands in every script.
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(bytes)))
}

/// The same, as lists of scripts ask for it.
pub fn long_integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_counts_and_where_it_ends() {
        let id = of(&[("a", b"bc"), ("d", b"")]);
        assert_eq!(id.len(), 16);
        assert_eq!(id, of(&[("a", b"bc"), ("d", b"")]));
        for other in [&[("a", &b"b"[..]), ("d", b"c")][..], &[("ab", b"c"), ("d", b"")], &[("a", b"bc")]] {
            assert_ne!(id, of(other));
        }
    }

    #[test]
    fn the_id_is_a_section_of_the_wasm() {
        let stamped = stamp(b"\0asm\x01\0\0\0", "0123456789abcdef").unwrap_or_default();
        assert_eq!(&stamped[..8], b"\0asm\x01\0\0\0");
        assert_eq!(&stamped[8..], b"\0\x1a\x08build_id\x100123456789abcdef");
        assert!(stamp(b"", &"0".repeat(200)).is_err());
    }

    #[test]
    fn integrity_is_that_of_the_standard() {
        assert_eq!(integrity(b""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
