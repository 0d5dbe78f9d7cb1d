//! Payment cards: checks, and the little that is remembered until the customer pays.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What is remembered between entry and payment, in memory only. Wiped when dropped; no `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct HeldCard {
    /// The last four digits, for the review.
    pub(super) last_four: String,
    /// The brand, for the review.
    #[zeroize(skip)]
    pub(super) brand: &'static str,
    /// Whether the make-believe bank will decline.
    declines: bool,
}

/// The card that the make-believe bank declines.
const DECLINED_NUMBER: &str = "4000000000000002";

impl HeldCard {
    /// Whether the make-believe bank takes it.
    pub(super) fn is_approved(&self) -> bool {
        !self.declines
    }
}

/// What is remembered of a card number; `None` if it is none.
pub(super) fn number(text: &str) -> Option<HeldCard> {
    let digits = digits_of(text).filter(|digits| (12..=19).contains(&digits.len()) && luhn(digits))?;
    Some(HeldCard {
        last_four: digits.get(digits.len() - 4..).unwrap_or_default().to_owned(),
        brand: brand(&digits),
        declines: *digits == DECLINED_NUMBER,
    })
}

/// Whether this is a security code.
pub(super) fn is_code(text: &str) -> bool {
    (3..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether this is a name as it may be on a card.
pub(super) fn is_name(text: &str) -> bool {
    (2..=64).contains(&text.chars().count()) && !text.chars().any(|c| c.is_control() || c.is_ascii_digit())
}

/// The digits of a number, spaces and hyphens taken out; `None` if there is anything else.
fn digits_of(text: &str) -> Option<Zeroizing<String>> {
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    for character in text.chars() {
        match character {
            '0'..='9' => digits.push(character),
            ' ' | '-' | '\u{a0}' => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// Luhn's check over ASCII digits (ISO/IEC 7812-1, annex B).
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            match place % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Year and month of an expiry date such as `09/28` or `9 / 2028`.
pub(super) fn expiry(text: &str) -> Option<(i32, u8)> {
    let (month, year) = text.split_once('/')?;
    let (month, year) = (month.trim(), year.trim());
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(month) || month.len() > 2 || !all_digits(year) {
        return None;
    }
    let month: u8 = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    let year: i32 = match year.len() {
        2 => 2000 + year.parse::<i32>().ok()?,
        4 => year.parse().ok()?,
        _ => return None,
    };
    Some((year, month))
}

fn brand(digits: &str) -> &'static str {
    let start = |length: usize| digits.get(..length).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
    match (start(1), start(2), start(4)) {
        (4, _, _) => "Visa",
        (_, 51..=55, _) | (_, _, 2221..=2720) => "Mastercard",
        (_, 34 | 37, _) => "American Express",
        (_, 65, _) | (_, _, 6011) => "Discover",
        _ => "Card",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_on_known_numbers() {
        for good in ["4111111111111111", "4000000000000002", "378282246310005", "79927398713"] {
            assert!(luhn(good), "{good}");
        }
        for bad in ["4111111111111112", "1234567812345678"] {
            assert!(!luhn(bad), "{bad}");
        }
    }

    #[test]
    fn good_cards() {
        let card = number("4111 1111-1111 1111").unwrap();
        assert_eq!((card.last_four.as_str(), card.brand, card.is_approved()), ("1111", "Visa", true));
        assert!(!number("4000000000000002").unwrap().is_approved());
        for bad in ["", "00000000000", "4111111111111112", "٤111111111111111"] {
            assert!(number(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn expiry_code_and_name() {
        assert_eq!((expiry("12 / 30"), expiry("1/2026")), (Some((2030, 12)), Some((2026, 1))));
        for bad in ["", "13/30", "0/30", "1230", "12/030"] {
            assert_eq!(expiry(bad), None, "{bad}");
        }
        assert!(is_code("123") && is_code("1234") && !is_code("12a") && !is_code("12"));
        assert!(is_name("Ann Lee") && !is_name("A") && !is_name("4111111111111111"));
    }
}
