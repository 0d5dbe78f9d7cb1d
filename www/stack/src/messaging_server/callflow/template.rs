//! Texts of a callflow: in languages, in variants, with values in braces.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::kinds::Amount;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As it is.
    Plain,
    /// The last three characters only: `{Name|masked}`.
    Masked,
    /// As money: `{Name|money}`.
    Money,
    /// As a date: `{Name|date}`.
    Date,
    /// As the option's label: `{Name|label}`.
    Label,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text.
    Words(String),
    /// The value of a variable, an answer, `card` or `reference`.
    Value(String, Format),
}

/// A text with values: `Hello {AttachedData.FirstName}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(pub Vec<Part>);

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// What is wrong with its braces, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (inner, behind) = after.split_once('}').ok_or("a brace is not closed")?;
            let (name, format) = inner.split_once('|').unwrap_or((inner, ""));
            let format = match format {
                "" => Format::Plain,
                "masked" => Format::Masked,
                "money" => Format::Money,
                "date" => Format::Date,
                "label" => Format::Label,
                other => return Err(format!("no value can be written as {other:?}")),
            };
            if name.is_empty() {
                return Err("braces without a name".to_owned());
            }
            if !before.is_empty() {
                parts.push(Part::Words(before.to_owned()));
            }
            parts.push(Part::Value(name.to_owned(), format));
            rest = behind;
        }
        if !rest.is_empty() {
            parts.push(Part::Words(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// The names of the values in it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Value(name, _) => Some(name.as_str()),
            Part::Words(_) => None,
        })
    }

    /// Whether all values are there.
    pub fn is_complete(&self, value: &dyn Fn(&str) -> Option<String>) -> bool {
        self.names().all(|name| value(name).is_some_and(|value| !value.is_empty()))
    }

    /// As plain text, for attached data; what is not there is left out.
    pub fn plain(&self, value: &dyn Fn(&str) -> Option<String>) -> String {
        self.0
            .iter()
            .map(|part| match part {
                Part::Words(words) => words.clone(),
                Part::Value(name, format) => {
                    let value = value(name).unwrap_or_default();
                    if *format == Format::Masked { masked(&value) } else { value.trim().to_owned() }
                }
            })
            .collect()
    }
}

/// A value of which only the end is shown.
pub fn masked(value: &str) -> String {
    let end: Vec<char> = value.trim().chars().rev().take(3).collect();
    if end.len() < 3 { "•••".to_owned() } else { format!("••••{}", end.iter().rev().collect::<String>()) }
}

/// Currency and number of a value that is an amount.
pub fn money(value: &str) -> Option<(String, String)> {
    Amount::parse(value).map(|amount| (amount.currency, amount.value))
}

struct TemplateVisitor;

impl Visitor<'_> for TemplateVisitor {
    type Value = Template;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Template, E> {
        Template::parse(text).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_str(TemplateVisitor)
    }
}

/// Variants of a text in one language: the first whose values are all there is used.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Variants(Vec<Template>);

struct VariantsVisitor;

impl<'de> Visitor<'de> for VariantsVisitor {
    type Value = Variants;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a list of texts of which the first that has all its values is used")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Variants, E> {
        Ok(Variants(vec![TemplateVisitor.visit_str(text)?]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Variants, A::Error> {
        let mut variants = Vec::new();
        while let Some(template) = list.next_element()? {
            variants.push(template);
        }
        Ok(Variants(variants))
    }
}

impl<'de> Deserialize<'de> for Variants {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(VariantsVisitor)
    }
}

/// A text in several languages; one without languages is the same in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(BTreeMap<String, Variants>);

impl Text {
    /// The text in a language, as far as its values are there.
    pub fn get(&self, language: &str, value: &dyn Fn(&str) -> Option<String>) -> Option<&Template> {
        let variants = self.0.get(language).or_else(|| self.0.get(""))?;
        variants.0.iter().find(|template| template.is_complete(value))
    }

    /// Whether there is a text in this language.
    pub fn speaks(&self, language: &str) -> bool {
        self.0.contains_key("") || self.0.contains_key(language)
    }

    /// All templates in all languages.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.0.values().flat_map(|variants| &variants.0)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a list of texts, or a table of them by language")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(BTreeMap::from([(String::new(), VariantsVisitor.visit_str(text)?)])))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Text, A::Error> {
        Ok(Text(BTreeMap::from([(String::new(), VariantsVisitor.visit_seq(list)?)])))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        let mut all = BTreeMap::new();
        while let Some((language, variants)) = map.next_entry::<String, Variants>()? {
            all.insert(language, variants);
        }
        Ok(Text(all))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(TextVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Option<String> {
        (name == "A").then(|| " x ".to_owned())
    }

    #[test]
    fn values_in_braces() {
        let template = Template::parse("a {A} b{B|masked}").unwrap();
        assert_eq!(template.names().collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!(template.plain(&of), "a x b•••");
        assert!(!template.is_complete(&of));
        for bad in ["{", "{}", "a {A", "{A|loud}"] {
            assert!(Template::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_the_end_is_shown() {
        assert_eq!(masked("1234567"), "••••567");
        assert_eq!(masked("12"), "•••");
    }
}
