//! Payment cards: checks, and the little that is remembered until the customer pays.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What a field of the card form lacks; the texts are for the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FieldError {
    /// Name and id of the field.
    pub(super) field: &'static str,
    /// What to do.
    pub(super) advice: &'static str,
}

/// The card form as sent. Wiped when dropped; no `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct CardForm {
    /// Card number, with whatever the customer put between the digits.
    pub(super) number: String,
    /// Expiry.
    pub(super) expiry: String,
    /// Security code.
    pub(super) code: String,
    /// Name on the card.
    pub(super) name: String,
}

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

/// Checks the form; all faults at once, in the order of the fields. `today` is year and month.
pub(super) fn check(form: &CardForm, today: (i64, u8)) -> Result<HeldCard, Vec<FieldError>> {
    let number = digits_of(&form.number);
    let mut faults = Vec::new();
    match &number {
        Some(digits) if (12..=19).contains(&digits.len()) && luhn(digits) => {}
        _ => faults
            .push(FieldError { field: "number", advice: "Check the card number: 12 to 19 digits, as on the card." }),
    }
    match expiry(&form.expiry) {
        None => faults
            .push(FieldError { field: "expiry", advice: "Enter the expiry date as month and year, such as 09/28." }),
        Some(date) if date < today => {
            faults.push(FieldError { field: "expiry", advice: "This card has expired. Use another one." });
        }
        Some(_) => {}
    }
    let code = form.code.trim();
    if !(3..=4).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        faults.push(FieldError { field: "code", advice: "Enter the security code: 3 or 4 digits." });
    }
    let name = form.name.trim();
    if name.chars().count() < 2
        || name.chars().count() > 64
        || name.chars().any(|c| c.is_control() || c.is_ascii_digit())
    {
        faults.push(FieldError { field: "name", advice: "Enter the name as printed on the card." });
    }
    match number {
        Some(digits) if faults.is_empty() => Ok(HeldCard {
            last_four: digits.get(digits.len() - 4..).unwrap_or_default().to_owned(),
            brand: brand(&digits),
            declines: *digits == DECLINED_NUMBER,
        }),
        _ => Err(faults),
    }
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

fn expiry(text: &str) -> Option<(i64, u8)> {
    let (month, year) = text.split_once('/')?;
    let (month, year) = (month.trim(), year.trim());
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(month) || month.len() > 2 || !all_digits(year) {
        return None;
    }
    let month: u8 = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    let year: i64 = match year.len() {
        2 => 2000 + year.parse::<i64>().ok()?,
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

/// Year and month of a time in ms since the Unix epoch, in UTC.
pub(super) fn year_and_month(at_ms: i64) -> (i64, u8) {
    // Days to a civil date with years that begin in March, so that leap days come last.
    let days = at_ms.div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, u8::try_from(month).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(number: &str, expiry: &str, code: &str, name: &str) -> CardForm {
        CardForm { number: number.into(), expiry: expiry.into(), code: code.into(), name: name.into() }
    }

    fn faults(form: &CardForm) -> Vec<&'static str> {
        check(form, (2026, 11)).err().unwrap_or_default().iter().map(|fault| fault.field).collect()
    }

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
        let card = check(&form("4111 1111-1111 1111", "12 / 30", "123", "Ann Lee"), (2026, 11)).ok().unwrap();
        assert_eq!((card.last_four.as_str(), card.brand, card.is_approved()), ("1111", "Visa", true));
        let card = check(&form("4000000000000002", "11/2026", "1234", "Ann Lee"), (2026, 11)).ok().unwrap();
        assert!(!card.is_approved());
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!(faults(&form("", "", "", "")), ["number", "expiry", "code", "name"]);
        assert_eq!(faults(&form("4111111111111111", "10/26", "123", "Ann")), ["expiry"]);
        assert_eq!(faults(&form("4111111111111111", "13/30", "123", "Ann")), ["expiry"]);
        assert_eq!(faults(&form("00000000000", "12/30", "123", "Ann")), ["number"]);
        assert_eq!(faults(&form("4111111111111111", "12/30", "12a", "4111111111111111")), ["code", "name"]);
        assert_eq!(faults(&form("٤111111111111111", "12/30", "123", "Ann")), ["number"]);
    }

    #[test]
    fn months() {
        assert_eq!(year_and_month(0), (1970, 1));
        assert_eq!(year_and_month(951_782_400_000), (2000, 2));
        assert_eq!(year_and_month(1_795_249_059_753), (2026, 11));
        assert_eq!(year_and_month(1_798_761_600_000), (2027, 1));
    }
}
