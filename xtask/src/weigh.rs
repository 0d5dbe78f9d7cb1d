//! What a file weighs on its way to a visitor.

use crate::{build_id, shell};
use anyhow::{Context, Result};
use std::io::Write;
use std::path::PathBuf;

/// As servers with gzip send it.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// As servers with prepared Brotli send it. At the highest level this takes longer than the rest of a build in which little has
/// changed, so what has been packed before is taken if it gives the same bytes: half a file, of a build broken off, does not.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let kept = kept(bytes);
    if let Ok(packed) = std::fs::read(&kept)
        && unpacked(&packed).is_ok_and(|unpacked| unpacked == bytes)
    {
        return Ok(packed);
    }
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &parameters)?;
    std::fs::create_dir_all(kept.parent().unwrap_or(&kept))?;
    std::fs::write(&kept, &packed).with_context(|| format!("writing {}", kept.display()))?;
    Ok(packed)
}

fn unpacked(packed: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    brotli::BrotliDecompress(&mut &packed[..], &mut bytes)?;
    Ok(bytes)
}

/// Where these bytes are kept as this version of the packer packs them.
fn kept(bytes: &[u8]) -> PathBuf {
    let name = build_id::of(&[("packer", include_bytes!("../Cargo.lock")), ("bytes", bytes)]);
    shell::root().join("target/packed").join(name)
}

#[cfg(test)]
mod tests {
    use super::{brotli, kept, unpacked};

    #[test]
    fn what_is_kept_is_the_same_and_half_a_file_is_packed_again() {
        let bytes = format!("{} {:?}", std::process::id(), std::time::SystemTime::now()).into_bytes();
        let packed = brotli(&bytes).unwrap();
        assert_eq!(unpacked(&packed).unwrap(), bytes);
        assert_eq!(std::fs::read(kept(&bytes)).unwrap(), packed);
        for broken in [&packed[..packed.len() / 2], &brotli(b"other bytes").unwrap()] {
            std::fs::write(kept(&bytes), broken).unwrap();
            assert_eq!(brotli(&bytes).unwrap(), packed);
            assert_eq!(std::fs::read(kept(&bytes)).unwrap(), packed);
        }
        std::fs::remove_file(kept(&bytes)).unwrap();
    }
}
