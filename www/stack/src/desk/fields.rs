//! Variables of standard responses: `<$Agent.Name$>`, `<$Contact.FirstName$>`, `<$Interaction.Subject$>`, `<$Case.KEY$>`
//! for a key of Case Information, each with what is said instead after a bar: `<$Contact.FirstName|there$>`.
//!
//! The form is that of Knowledge Manager's field codes; names and the bar are ours.

const BEGIN: &str = "<$";
const END: &str = "$>";

/// Fills the variables of a text in; answers with it and with the names for which there was nothing.
pub(super) fn fill(text: &str, value_of: impl Fn(&str) -> Option<String>) -> (String, Vec<String>) {
    let (mut filled, mut missing, mut rest) = (String::new(), Vec::new(), text);
    while let Some((before, code)) = rest.split_once(BEGIN) {
        filled.push_str(before);
        let Some((code, after)) = code.split_once(END) else {
            // No variable after all.
            filled.push_str(BEGIN);
            rest = code;
            continue;
        };
        let (name, otherwise) = code.split_once('|').map_or((code, None), |(name, other)| (name, Some(other)));
        let value = value_of(name.trim()).map(|value| on_one_line(&value)).filter(|value| !value.is_empty());
        match (value, otherwise) {
            (Some(value), _) => filled.push_str(&value),
            (None, Some(otherwise)) => filled.push_str(otherwise),
            (None, None) => missing.push(name.trim().to_owned()),
        }
        rest = after;
    }
    filled.push_str(rest);
    (filled, missing)
}

/// A value without line breaks: in a MicroApp's request each line is a parameter, and the customer may have chosen the value.
pub(super) fn on_one_line(value: &str) -> String {
    let plain: String =
        value.chars().map(|c| if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c }).collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (String, Vec<String>) {
        fill(text, |name| match name {
            "Agent.Name" => Some("Alex".to_owned()),
            "Case.Account" => Some("17\nAmount=USD1".to_owned()),
            "Case.Empty" => Some(" \n".to_owned()),
            "Case.Nested" => Some("<$Agent.Name$>".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn variables_are_filled_in() {
        assert_eq!(of("I am <$Agent.Name$>, <$ Agent.Name $>.").0, "I am Alex, Alex.");
        assert_eq!(of("Hello <$Contact.Name|there$>!"), ("Hello there!".to_owned(), vec![]));
        assert_eq!(of("No <$Case.Empty$>, <$X$>").1, ["Case.Empty", "X"]);
        assert_eq!(of("A <$ b <$Agent.Name"), ("A <$ b <$Agent.Name".to_owned(), vec![]));
    }

    #[test]
    fn a_value_adds_no_line_and_no_variable() {
        assert_eq!(of("Account=<$Case.Account$>").0, "Account=17 Amount=USD1");
        assert_eq!(of("<$Case.Nested$>").0, "<$Agent.Name$>");
    }
}
