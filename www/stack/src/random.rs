//! Identifiers and secrets from the operating system's random generator.

use std::fmt;

/// The operating system gave no random bytes; nothing that needs a secret may go on.
#[derive(Debug, Clone, Copy)]
pub struct NoRandomness;

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operating system gave no random bytes")
    }
}

impl std::error::Error for NoRandomness {}

// Why 32 symbols: five bits each leave no modulo bias; the letters that are easily misread are left out.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `N` random bytes.
///
/// # Errors
/// [`NoRandomness`] when the operating system refuses.
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut buffer = [0_u8; N];
    getrandom::fill(&mut buffer).map_err(|_| NoRandomness)?;
    Ok(buffer)
}

/// `2 * N` lower-case hexadecimal digits.
///
/// # Errors
/// [`NoRandomness`] when the operating system refuses.
pub fn hex_lower<const N: usize>() -> Result<String, NoRandomness> {
    Ok(bytes::<N>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// `2 * N` upper-case hexadecimal digits.
///
/// # Errors
/// [`NoRandomness`] when the operating system refuses.
pub fn hex_upper<const N: usize>() -> Result<String, NoRandomness> {
    Ok(bytes::<N>()?.iter().map(|byte| format!("{byte:02X}")).collect())
}

/// A random UUID (version 4), lower case.
///
/// # Errors
/// [`NoRandomness`] when the operating system refuses.
pub fn uuid() -> Result<String, NoRandomness> {
    let mut bits = u128::from_be_bytes(bytes::<16>()?);
    bits = bits & !(0xf << 76) | (4 << 76);
    bits = bits & !(0b11 << 62) | (0b10 << 62);
    let hex = format!("{bits:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    Ok([part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-"))
}

/// `N` symbols of five random bits each: digits and upper-case letters.
///
/// # Errors
/// [`NoRandomness`] when the operating system refuses.
pub fn symbols<const N: usize>() -> Result<String, NoRandomness> {
    Ok(bytes::<N>()?
        .iter()
        .map(|byte| char::from(SYMBOLS.get(usize::from(byte & 31)).copied().unwrap_or(b'0')))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        let lower = hex_lower::<8>().unwrap();
        assert!(lower.len() == 16 && lower.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
        let upper = hex_upper::<8>().unwrap();
        assert!(upper.len() == 16 && upper.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b)));
        let uuid = uuid().unwrap();
        let dashes: Vec<usize> = uuid.match_indices('-').map(|(at, _)| at).collect();
        assert_eq!((dashes, uuid.len(), &uuid[14..15]), (vec![8, 13, 18, 23], 36, "4"));
        assert!(matches!(&uuid[19..20], "8" | "9" | "a" | "b"));
        let id = symbols::<16>().unwrap();
        assert!(id.len() == 16 && id.bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_ne!(id, symbols::<16>().unwrap());
    }
}
