//! What may stand on the page: elements that hold words, lists, tables, pictures, links and buttons, with attributes that
//! neither run nor load a script. No `style`, which pages refuse, and no `name`, by which scripts find pictures and buttons as
//! members of the document and of forms, in place of what is there. An `id` is found as a member of the window, too, but only
//! where there is nothing else of that name; labels and links need it.

/// Elements that may stand there, separated by blanks.
const ELEMENTS: &str = "a abbr article aside b blockquote br button caption cite code dd del div dl dt em figcaption figure footer h2 h3 h4 h5 h6 header \
                        hr i img label li mark ol p pre section small span strong sub sup table tbody td th thead tr u ul";
/// Attributes of any element, beside those that begin with `aria-` or `data-`.
const ANYWHERE: [&str; 8] = ["class", "dir", "hidden", "id", "lang", "role", "tabindex", "title"];
/// How ids and attributes of the host's own elements begin: it finds and translates them by these.
const OWN_ID: &str = "cx-";
const OWN_ATTRIBUTE: &str = "data-cx-";
/// Attributes of some elements.
const SOMEWHERE: [(&str, &str); 14] = [
    ("a", "href"),
    ("a", "target"),
    ("button", "disabled"),
    ("img", "alt"),
    ("img", "height"),
    ("img", "src"),
    ("img", "width"),
    ("label", "for"),
    ("ol", "start"),
    ("td", "colspan"),
    ("td", "rowspan"),
    ("th", "colspan"),
    ("th", "rowspan"),
    ("th", "scope"),
];

/// Whether an element of this name, in lower case, may stand there.
#[must_use]
pub fn is_element(name: &str) -> bool {
    ELEMENTS.split(' ').any(|one| one == name)
}

/// Whether an element may have an attribute of this name, in lower case, and value.
#[must_use]
pub fn is_attribute(element: &str, name: &str, value: &str) -> bool {
    let known = ANYWHERE.contains(&name)
        || SOMEWHERE.contains(&(element, name))
        || (["aria-", "data-"].iter().any(|begin| name.starts_with(begin)) && name.chars().all(is_plain));
    known
        && !name.starts_with(OWN_ATTRIBUTE)
        && match name {
            "id" => !value.to_ascii_lowercase().starts_with(OWN_ID),
            "href" => is_address(value, &["http", "https", "mailto", "tel"]),
            "src" => is_address(value, &["http", "https", "blob"]) || is_picture(value),
            _ => true,
        }
}

fn is_plain(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
}

/// Whether an address has no scheme, or one of these. Browsers read it without the control characters and blanks in it.
fn is_address(value: &str, schemes: &[&str]) -> bool {
    let read = as_browsers_read(value);
    let before = read.split(['/', '?', '#']).next().unwrap_or_default();
    before.split_once(':').is_none_or(|(scheme, _)| schemes.contains(&scheme))
}

fn is_picture(value: &str) -> bool {
    let read = as_browsers_read(value);
    ["png", "jpeg", "gif", "webp"].iter().any(|kind| read.starts_with(&format!("data:image/{kind};")))
}

fn as_browsers_read(value: &str) -> String {
    value.chars().filter(|one| !one.is_whitespace() && !one.is_control()).collect::<String>().to_lowercase()
}
