//! Types of Start-block variables and of fields: what a value may be.

use serde::Deserialize;
use time::{Date, Month};

use crate::messaging_server::card;

/// Longest value in characters where the file says nothing else.
const MOST: usize = 128;
/// Highest number of a scale where the file says nothing else.
const SCALE: usize = 5;

/// A type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Any text in one line.
    Text,
    /// Any text in several lines.
    Lines,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A postcode of any country.
    Postcode,
    /// A whole number, up to nine digits.
    Number,
    /// A date, `2026-11-29`.
    Date,
    /// A date in the past.
    BirthDate,
    /// Today or later.
    FutureDate,
    /// Currency and number: `USD77.80`.
    Amount,
    /// Letters, digits, spaces and hyphens, up to 34: an account.
    Account,
    /// One of several values.
    Choice,
    /// A number from 1 up.
    Scale,
    /// A box that must be ticked.
    Agree,
    /// Digits, as many as the field says.
    Digits,
    /// Number of a payment card.
    CardNumber,
    /// Its expiry.
    CardExpiry,
    /// Its security code.
    CardCode,
    /// The name on it.
    CardName,
}

impl Kind {
    /// Its name, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Lines => "lines",
            Self::Email => "e-mail address",
            Self::Phone => "telephone number",
            Self::Postcode => "postcode",
            Self::Number => "number",
            Self::Date => "date",
            Self::BirthDate => "date in the past",
            Self::FutureDate => "today or later",
            Self::Amount => "amount, such as USD77.80",
            Self::Account => "account number",
            Self::Choice => "one of",
            Self::Scale => "scale",
            Self::Agree => "agreement",
            Self::Digits => "digits",
            Self::CardNumber => "card number",
            Self::CardExpiry => "expiry of a card",
            Self::CardCode => "security code",
            Self::CardName => "name on a card",
        }
    }

    /// Whether it may stand in a secure entry.
    pub(super) fn is_secure(self) -> bool {
        matches!(
            self,
            Self::Digits
                | Self::BirthDate
                | Self::Text
                | Self::Postcode
                | Self::CardNumber
                | Self::CardExpiry
                | Self::CardCode
                | Self::CardName
        )
    }

    /// Whether it is part of a payment card, and so may stand in nothing but a secure entry.
    pub(super) fn is_card(self) -> bool {
        matches!(self, Self::CardNumber | Self::CardExpiry | Self::CardCode | Self::CardName)
    }

    /// Whether it makes sense in the Start block.
    pub(super) fn is_variable(self) -> bool {
        !self.is_card() && !matches!(self, Self::Scale | Self::Agree | Self::Lines | Self::Digits)
    }
}

/// What narrows a type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits<'a> {
    /// Longest value, or highest number of a scale.
    pub(super) most: Option<usize>,
    /// Exact number of digits.
    pub(super) length: Option<usize>,
    /// The values of a choice.
    pub(super) values: &'a [&'a str],
}

/// What a value lacks; `words` says it to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Lack {
    /// It is empty.
    Missing,
    /// Nothing was chosen.
    NotChosen,
    /// The box is not ticked.
    NotAgreed,
    /// More characters than this.
    TooLong(usize),
    /// No e-mail address.
    Email,
    /// No telephone number.
    Phone,
    /// No postcode.
    Postcode,
    /// No number.
    Number,
    /// No date.
    Date,
    /// Not in the past.
    NotPast,
    /// In the past.
    Past,
    /// No amount.
    Amount,
    /// No account.
    Account,
    /// Not this many digits.
    Digits(usize),
    /// No card number.
    CardNumber,
    /// No expiry.
    CardExpiry,
    /// The card has expired.
    CardExpired,
    /// No security code.
    CardCode,
    /// No name.
    CardName,
}

/// What a value lacks, if anything. Empty ones lack something; whether they may be empty is the caller's to say.
pub(super) fn lack(kind: Kind, value: &str, limits: Limits<'_>, today: Date) -> Option<Lack> {
    let text = value.trim();
    let most = limits.most.unwrap_or(MOST);
    let no = |good: bool, lack: Lack| (!good).then_some(lack);
    match kind {
        Kind::Choice => no(limits.values.contains(&text), Lack::NotChosen),
        Kind::Agree => no(text == "yes", Lack::NotAgreed),
        Kind::Scale => {
            let top = limits.most.unwrap_or(SCALE);
            no(text.parse::<usize>().is_ok_and(|number| (1..=top).contains(&number)), Lack::NotChosen)
        }
        Kind::CardNumber => no(card::number(text).is_some(), Lack::CardNumber),
        Kind::CardExpiry => match card::expiry(text) {
            None => Some(Lack::CardExpiry),
            Some(date) => (date < (today.year(), u8::from(today.month()))).then_some(Lack::CardExpired),
        },
        Kind::CardCode => no(card::is_code(text), Lack::CardCode),
        Kind::CardName => no(card::is_name(text), Lack::CardName),
        _ if text.is_empty() => Some(Lack::Missing),
        _ if text.chars().count() > most => Some(Lack::TooLong(most)),
        Kind::Text => no(!text.chars().any(char::is_control), Lack::Missing),
        Kind::Lines => None,
        Kind::Email => no(is_email(text), Lack::Email),
        Kind::Phone => no(is_phone(text), Lack::Phone),
        Kind::Postcode => no((3..=10).contains(&text.len()) && is_code(text), Lack::Postcode),
        Kind::Number => no(text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit()), Lack::Number),
        Kind::Date => no(date(text).is_some(), Lack::Date),
        Kind::BirthDate => match date(text) {
            Some(date) if date.year() >= 1900 => no(date < today, Lack::NotPast),
            _ => Some(Lack::Date),
        },
        Kind::FutureDate => match date(text) {
            Some(date) => no(date >= today, Lack::Past),
            None => Some(Lack::Date),
        },
        Kind::Amount => no(Amount::parse(text).is_some(), Lack::Amount),
        Kind::Account => no(text.len() <= 34 && is_code(text), Lack::Account),
        Kind::Digits => {
            let length = limits.length.unwrap_or(6);
            no(text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()), Lack::Digits(length))
        }
    }
}

fn is_code(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ' || byte == b'-')
}

fn is_email(text: &str) -> bool {
    let parts = text.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && domain.contains('.'));
    parts.is_some_and(|(local, domain)| {
        !local.contains('@')
            && domain.split('.').all(|label| !label.is_empty())
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (6..=15).contains(&digits)
        && text.strip_prefix('+').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit() || b" -/().".contains(&byte))
}

/// A date as the browser sends it.
pub(super) fn date(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-').map(|part| (part.len(), part.parse::<u16>()));
    let mut next = |length: usize| parts.next().filter(|(found, _)| *found == length)?.1.ok();
    let (year, month, day) = (next(4)?, next(2)?, next(2)?);
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
}

/// The date at a time in ms since the Unix epoch, in UTC.
pub(super) fn date_at(ms: i64) -> Date {
    time::OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).unwrap_or(time::OffsetDateTime::UNIX_EPOCH).date()
}

/// An amount such as `USD77.80`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    /// Three capital letters.
    pub(super) currency: String,
    /// Digits, a point, two digits.
    pub(super) value: String,
}

impl Amount {
    /// Reads `USD77.80`: three capital letters, up to nine digits, maybe a point and one or two more; not zero.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (currency, number) = text.trim().split_at_checked(3)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits =
            |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if !currency.bytes().all(|byte| byte.is_ascii_uppercase()) || !digits(whole, 9) || !digits(fraction, 2) {
            return None;
        }
        let whole: u64 = whole.parse().ok()?;
        if whole == 0 && fraction.bytes().all(|byte| byte == b'0') {
            return None;
        }
        Some(Self { currency: currency.to_owned(), value: format!("{whole}.{fraction:0<2}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: Limits<'_> = Limits { most: None, length: Some(4), values: &["a", "b"] };

    fn good(kind: Kind, value: &str) -> bool {
        lack(kind, value, ANY, date("2026-11-29").unwrap()).is_none()
    }

    #[test]
    fn each_type_knows_its_own() {
        for (kind, yes, not) in [
            (Kind::Text, "Ann", "a\u{7}b"),
            (Kind::Email, "ann@shop.example", "ann@example"),
            (Kind::Email, "a+b@c.example", "a b@c.example"),
            (Kind::Phone, "+49 (30) 123-456", "12345"),
            (Kind::Postcode, "SW1A 1AA", "1"),
            (Kind::Number, "42", "-1"),
            (Kind::Date, "2028-02-29", "2027-02-29"),
            (Kind::BirthDate, "1980-05-17", "2026-11-29"),
            (Kind::BirthDate, "1900-01-01", "1899-12-31"),
            (Kind::FutureDate, "2026-11-29", "2026-11-28"),
            (Kind::Amount, "USD77.80", "77.80"),
            (Kind::Account, "GB33 BUKB", "<b>"),
            (Kind::Choice, "b", "c"),
            (Kind::Scale, "5", "6"),
            (Kind::Agree, "yes", "no"),
            (Kind::Digits, "0042", "42"),
        ] {
            assert!(good(kind, yes), "{kind:?} {yes}");
            assert!(!good(kind, not), "{kind:?} {not}");
            assert!(!good(kind, " "), "{kind:?}");
        }
        assert!(!good(Kind::Text, &"a".repeat(129)));
    }

    #[test]
    fn amounts() {
        let amount = Amount::parse("USD77.80").unwrap();
        assert_eq!((amount.currency.as_str(), amount.value.as_str()), ("USD", "77.80"));
        assert_eq!(Amount::parse("EUR5").unwrap().value, "5.00");
        assert_eq!(Amount::parse("EUR0.5").unwrap().value, "0.50");
        for bad in ["", "USD", "usd5", "USD-5", "USD5.123", "USD1234567890", "USD0.00", "USD5.", "5.00", "€€€5", "USD٥"]
        {
            assert!(Amount::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn dates_of_times() {
        assert_eq!(date_at(951_782_400_000), date("2000-02-29").unwrap());
        assert_eq!(date_at(1_798_761_600_000), date("2027-01-01").unwrap());
    }
}
