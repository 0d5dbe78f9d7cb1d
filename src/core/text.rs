//! Small things about texts that `std` does with more code than a download should have.

/// A number in decimal digits. Why not `to_string`: it brings the formatting machinery along.
pub fn decimal(number: u32) -> String {
    let mut text = if number > 9 { decimal(number / 10) } else { String::new() };
    text.extend(char::from_digit(number % 10, 10));
    text
}

/// Texts, one after the other. Why not `concat`: it is several times larger.
pub fn join(texts: &[&str]) -> String {
    let mut joined = String::new();
    for text in texts {
        joined.push_str(text);
    }
    joined
}

/// What stands before the first of an ASCII character and what after it; `None` where there is none.
///
/// Why not `split_once`: its searchers are many times larger.
pub fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    let position = text.bytes().position(|byte| byte == at)?;
    text.get(..position).zip(text.get(position + 1..))
}

#[cfg(test)]
mod tests {
    use super::{cut, decimal};

    #[test]
    fn texts_are_cut_at_the_first_separator() {
        assert_eq!(cut("a=b=c", b'='), Some(("a", "b=c")));
        assert_eq!(cut("ä=", b'='), Some(("ä", "")));
        assert_eq!(cut("abc", b'='), None);
    }

    #[test]
    fn numbers_are_printed_as_std_prints_them() {
        for number in [0, 1, 9, 10, 100, 443, 65_535, 1_000_000, u32::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
