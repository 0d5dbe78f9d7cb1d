//! Small things about texts that `std` does with more code than a download should have.

/// A number in decimal digits. Why not `to_string`: it brings the formatting machinery along.
pub fn decimal(number: u32) -> String {
    let mut text = if number > 9 { decimal(number / 10) } else { String::new() };
    text.extend(char::from_digit(number % 10, 10));
    text
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn numbers_are_printed_as_std_prints_them() {
        for number in [0, 1, 9, 10, 100, 443, 65_535, 1_000_000, u32::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
