//! Finds card numbers that a customer types into the chat, where they must not go.
//!
//! What counts: 13 to 19 digits with a right check digit (Luhn) and the first digit of a payment network, written in one piece
//! or in the groups in which cards print them. A reference number of 16 digits passes the check digit one time in ten, so the
//! first digit and the grouping keep such false hits rare. Nothing that is found is kept, logged or published.

use std::ops::Range;

/// Digits of a card number.
const LENGTHS: Range<usize> = 13..20;
/// Digits that stay readable, so that the customer knows which card it was.
const LAST: usize = 4;
/// What stands for a masked digit.
const MASK: char = '•';
/// First digits of the networks: 2 and 5 Mastercard, 3 American Express, Diners and JCB, 4 Visa, 6 Discover, UnionPay and Maestro.
const NETWORKS: Range<u8> = 2..7;

/// Digits without anything between them.
struct Group {
    /// Position of the first digit, and the position after the last, in bytes.
    bytes: Range<usize>,
    digits: Vec<u8>,
    /// One separator stands between this group and the one before.
    joined: bool,
}

/// The text with every card number masked but for its last four digits; `None` when there is none.
pub fn mask(text: &str) -> Option<String> {
    let found = find(text);
    if found.is_empty() {
        return None;
    }
    let mut masked = String::new();
    for (at, char) in text.char_indices() {
        let card = found.iter().find(|(card, _)| card.contains(&at));
        let hide = card.is_some_and(|(_, readable)| at < *readable) && digit(char).is_some();
        masked.push(if hide { MASK } else { char });
    }
    Some(masked)
}

/// Where the card numbers are, and where in each the readable digits begin; positions in bytes.
fn find(text: &str) -> Vec<(Range<usize>, usize)> {
    let groups = groups(text);
    let mut found = Vec::new();
    let mut rest = groups.as_slice();
    while let Some((first, more)) = rest.split_first() {
        let joined = 1 + more.iter().take_while(|group| group.joined).count();
        let card = (1..=joined).rev().find_map(|length| rest.get(..length).filter(|groups| is_card(groups)));
        if let Some(last) = card.and_then(<[Group]>::last) {
            found.push((first.bytes.start..last.bytes.end, readable_from(text, last.bytes.end)));
        }
        rest = rest.get(card.map_or(1, <[Group]>::len)..).unwrap_or_default();
    }
    found
}

/// The position of the fourth digit from `end`.
fn readable_from(text: &str, end: usize) -> usize {
    let before = text.get(..end).unwrap_or_default();
    let mut digits = before.char_indices().rev().filter(|(_, char)| digit(*char).is_some());
    digits.nth(LAST - 1).map_or(end, |(at, _)| at)
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut between = 0;
    let mut only_separator = false;
    for (at, char) in text.char_indices() {
        let end = at + char.len_utf8();
        match digit(char) {
            Some(digit) => {
                match groups.last_mut() {
                    Some(group) if between == 0 => {
                        group.digits.push(digit);
                        group.bytes.end = end;
                    }
                    _ => groups.push(Group {
                        bytes: at..end,
                        digits: vec![digit],
                        joined: between == 1 && only_separator && !groups.is_empty(),
                    }),
                }
                between = 0;
            }
            None => {
                between += 1;
                only_separator = is_separator(char);
            }
        }
    }
    groups
}

/// The value of a digit, also of the digits that Arabic, Persian and Japanese keyboards type.
fn digit(char: char) -> Option<u8> {
    for zero in ['0', '\u{660}', '\u{6f0}', '\u{ff10}'] {
        let value = u32::from(char).wrapping_sub(u32::from(zero));
        if value < 10 {
            return u8::try_from(value).ok();
        }
    }
    None
}

fn is_separator(char: char) -> bool {
    matches!(
        char,
        ' ' | '-' | '.' | '\u{a0}' | '\u{2009}' | '\u{2011}' | '\u{2013}' | '\u{202f}' | '\u{3000}' | '\u{ff0d}'
    )
}

fn is_card(groups: &[Group]) -> bool {
    let (mut digits, mut lengths) = (Vec::new(), Vec::new());
    for group in groups {
        digits.extend_from_slice(&group.digits);
        lengths.push(group.digits.len());
    }
    LENGTHS.contains(&digits.len())
        && digits.first().is_some_and(|first| NETWORKS.contains(first))
        && is_printed_so(&lengths)
        && has_check_digit(&digits)
}

/// In one piece, by fours with a rest, as American Express and Diners do, or digit by digit.
fn is_printed_so(lengths: &[usize]) -> bool {
    match lengths {
        [_] | [4, 6, 4 | 5] | [6, 13] | [8, 8] => true,
        [fours @ .., rest] => {
            fours.iter().all(|length| *length == 4) && *rest <= 6 || lengths.iter().all(|length| *length <= 2)
        }
        [] => false,
    }
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn has_check_digit(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(*digit) << (place % 2);
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that the networks publish for tests.
    const CARDS: [&str; 10] = [
        "4111111111111111",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "30569309025904",
        "6011111111111117",
        "3530111333300000",
        "6200000000000005",
        "4222222222222",
        "6304000000000000",
    ];

    #[test]
    fn every_networks_cards_are_found_in_one_piece() {
        for card in CARDS {
            let masked = mask(&format!("My card is {card}, thanks.")).unwrap_or_else(|| panic!("{card}"));
            let last = &card[card.len() - 4..];
            assert_eq!(masked, format!("My card is {}{last}, thanks.", "•".repeat(card.len() - 4)));
        }
    }

    #[test]
    fn cards_are_found_as_people_write_them() {
        for (text, masked) in [
            ("4111 1111 1111 1111", "•••• •••• •••• 1111"),
            ("4111-1111-1111-1111", "••••-••••-••••-1111"),
            ("4111.1111.1111.1111", "••••.••••.••••.1111"),
            ("4111\u{a0}1111\u{a0}1111\u{a0}1111", "••••\u{a0}••••\u{a0}••••\u{a0}1111"),
            ("3782 822463 10005", "•••• •••••• •0005"),
            ("3056 930902 5904", "•••• •••••• 5904"),
            ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "• • • • • • • • • • • • 1 1 1 1"),
            ("41111111 11111111", "•••••••• ••••1111"),
            ("ref4111111111111111x", "ref••••••••••••1111x"),
            ("４１１１１１１１１１１１１１１１", "••••••••••••１１１１"),
            ("٤١١١ ١١١١ ١١١١ ١١١١", "•••• •••• •••• ١١١١"),
            ("no 5: 4111 1111 1111 1111 12/39 123", "no 5: •••• •••• •••• 1111 12/39 123"),
            ("5 4111 1111 1111 1111", "5 •••• •••• •••• 1111"),
            ("4111111111111111 5555 5555 5555 4444", "••••••••••••1111 •••• •••• •••• 4444"),
        ] {
            assert_eq!(mask(text).as_deref(), Some(masked), "{text}");
        }
    }

    #[test]
    fn what_is_no_card_is_left_alone() {
        for text in [
            "",
            "Hello, how are you?",
            "4111111111111112",
            "1234567",
            "0000000000000000",
            "9111111111111111",
            "41111111111111111111111",
            "4111 111111 1111 11",
            "4111  1111 1111 1111",
            "4111\n1111\n1111\n1111",
            "+44 20 7946 0958 and 12 345 678",
            "Order 2026-11-21-000123, invoice 70011300012345",
            "DE89 3704 0044 0532 0130 00",
        ] {
            assert_eq!(mask(text), None, "{text}");
        }
    }
}
