//! Drawing messages (bus facts 7 and 4.1, "Effects in WebChat").

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

use super::links::{self, Piece};
use super::texts::Texts;
use super::{files, markdown, pictures};
use crate::direction;
use crate::dom::{self, icons};
use crate::interop;
use crate::markup;

/// What drawing a message came to.
pub enum Drawn {
    /// Its type is not drawn.
    Nothing,
    /// A system line (join, leave).
    Line(HtmlElement),
    /// Something somebody said; `unread` counts while the window is folded.
    Message {
        /// The `.cx-message`.
        element: HtmlElement,
        /// Whether it counts as unread: it is not the customer's own.
        unread: bool,
    },
}

/// Where messages are drawn: at the end of the window's conversation, or aside, to be put in elsewhere.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// The visible messages.
    pub transcript: &'a HtmlElement,
    /// Their copy for screen readers.
    pub log: &'a HtmlElement,
}

/// How one bubble looks.
pub struct Bubble<'a> {
    /// The `id` of its element, if it has one.
    pub id: Option<String>,
    /// `cx-you` or `cx-them`.
    pub side: &'static str,
    /// Who says it.
    pub name: &'a str,
    /// What is said, also in the copy for screen readers.
    pub text: &'a str,
    /// How it is shown.
    pub content: Content<'a>,
    /// Addresses of the pictures below it.
    pub pictures: &'a [String],
    /// Milliseconds since 1970, if known.
    pub time: Option<f64>,
    /// Without name, bubble and time.
    pub bare: bool,
}

/// What is in a bubble.
pub enum Content<'a> {
    /// Text, its addresses as links.
    Text,
    /// Text with Markdown.
    Markdown,
    /// Markup, of which [`markup`] builds what is allowed.
    Markup,
    /// An address that the agent has pushed.
    Address,
    /// A file, to be downloaded.
    File {
        /// Its id.
        id: &'a str,
        /// Its name.
        name: &'a str,
        /// Its size in words; empty where it is not known.
        size: &'a str,
    },
}

/// How messages are drawn.
#[derive(Clone, Copy, Default)]
pub struct Style {
    /// Times with AM and PM (`main.timeFormat` 12).
    pub twelve_hours: bool,
    /// What others than the customer write may have Markdown (`webchat.markdown`).
    pub markdown: bool,
}

/// Draws a normalised message at the end of the sheet, if its type is one that is drawn.
///
/// # Errors
/// Outside a page.
pub fn draw(sheet: Sheet<'_>, texts: &Texts, message: &JsValue, style: Style) -> Result<Drawn, JsValue> {
    let kind = interop::get_string(message, "type").unwrap_or_default();
    let from = interop::get(message, "from");
    let name = interop::get_string(&from, "name").unwrap_or_default();
    let party = interop::get_string(&from, "type");
    let own = party.as_deref() == Some("Client");
    let id = id_of(message);
    let text = interop::get_string(message, "text").unwrap_or_default();
    let details = interop::get(message, "fileDetails");
    let detail = |key: &str| {
        let value = interop::get(&details, key);
        value.as_string().or_else(|| value.as_f64().map(|number| number.to_string())).unwrap_or_default()
    };
    let (file, file_name) = (detail("id"), detail("name"));
    let shown_file = direction::plain(&file_name);
    let size = detail("size").parse().map_or_else(|_| String::new(), |bytes| texts.size(bytes));
    let (text, content) = match kind.as_str() {
        // It has been announced by a message of its own: transports 2.8.
        "ParticipantJoined" | "ParticipantLeft" if party.is_none() => return Ok(Drawn::Nothing),
        "ParticipantJoined" | "ParticipantLeft" => {
            let line = match (kind == "ParticipantJoined", own) {
                (true, true) => texts.get("ChatStarted"),
                (true, false) => texts.fill("ChatJoined", "name", &direction::isolate(&name)),
                (false, true) => texts.get("ChatClientLeft"),
                (false, false) => texts.fill("ChatLeft", "name", &direction::isolate(&name)),
            };
            return Ok(Drawn::Line(draw_line(sheet, &line, &id)?));
        }
        "Message" | "Text" | "text" if interop::get(message, "html").is_truthy() => (text, Content::Markup),
        "Message" | "Text" | "text" if style.markdown && !own => (text, Content::Markdown),
        "Message" | "Text" | "text" => (text, Content::Text),
        "PushUrl" if links::is_web_address(&text) => (text, Content::Address),
        "PushUrl" => (text, Content::Text),
        "FileUploaded" => {
            let content = Content::File { id: &file, name: &file_name, size: &size };
            (texts.fill("ChatFile", "name", &shown_file), content)
        }
        _ => return Ok(Drawn::Nothing),
    };
    let bare = interop::get(message, "bubble") == JsValue::FALSE && interop::get(message, "html").is_truthy();
    let shown_name = if own { texts.get("ChatYou") } else { name };
    let bubble = Bubble {
        id: Some(id),
        side: if own { "cx-you" } else { "cx-them" },
        name: &shown_name,
        text: &text,
        content,
        pictures: &pictures::of(message),
        time: interop::get_number(message, "timestamp"),
        bare,
    };
    let element = draw_bubble(sheet, texts, &bubble, style)?;
    Ok(Drawn::Message { element, unread: !own })
}

/// The `id` of a message's element: its index, a number with some transports and a text with others (transports 3.5).
fn id_of(message: &JsValue) -> String {
    let index = interop::get(message, "index");
    let index = index.as_string().unwrap_or_else(|| index.as_f64().unwrap_or(0.0).to_string());
    format!("cx-chat-index-{index}")
}

/// Draws something somebody said. An empty text without a picture gives a hidden element (bus facts 4.1).
///
/// # Errors
/// Outside a page.
pub fn draw_bubble(sheet: Sheet<'_>, texts: &Texts, bubble: &Bubble<'_>, style: Style) -> Result<HtmlElement, JsValue> {
    let message = dom::create("div", "cx-message")?;
    if let Some(id) = &bubble.id {
        message.set_id(id);
    }
    let text = dom::create("div", "cx-message-text")?;
    match &bubble.content {
        Content::Text => put_text(&text, bubble.text)?,
        Content::Markdown => {
            dom::toggle_class(&text, "cx-markdown", true);
            markdown::put(&text, bubble.text)?;
        }
        Content::Markup => markup::put(&text, bubble.text)?,
        Content::Address => put_address(&text, texts, bubble.text.trim())?,
        Content::File { id, name, size } => put_file(&text, texts, id, name, size)?,
    }
    pictures::put(&text, texts, bubble.pictures, sheet.transcript)?;
    if bubble.bare {
        dom::append(&message, &[&text])?;
    } else {
        let name = dom::create_text("div", "cx-name", bubble.name)?;
        let frame = dom::create("div", "cx-bubble")?;
        dom::append(&frame, &[&text])?;
        dom::append(&message, &[&name, &frame])?;
        if let Some(time) = bubble.time {
            let clock = clock(time, style.twelve_hours)?;
            dom::append(&message, &[&clock])?;
        }
    }
    let is_empty = bubble.text.is_empty() && bubble.pictures.is_empty();
    dom::toggle_class(&message, "cx-hidden-message", is_empty);
    let group = group_for(sheet, bubble.side, bubble.name)?;
    dom::append(&group, &[&message])?;
    if !is_empty {
        let words = match bubble.content {
            Content::Markup => text.text_content().unwrap_or_default(),
            _ => bubble.text.to_owned(),
        };
        let said = pictures::in_words(texts, &words, bubble.pictures.len());
        let copy = dom::create_text("p", "", &format!("{}: {said}", bubble.name))?;
        if let Some(id) = &bubble.id {
            copy.set_attribute("data-cx-message", id)?;
        }
        dom::append(sheet.log, &[&copy])?;
    }
    Ok(message)
}

fn draw_line(sheet: Sheet<'_>, text: &str, id: &str) -> Result<HtmlElement, JsValue> {
    let message = dom::create("div", "cx-message")?;
    message.set_id(id);
    let line = dom::create("div", "cx-message-text")?;
    dom::put_isolated(&line, text)?;
    dom::append(&message, &[&line])?;
    let group = dom::create("div", "cx-message-group cx-system")?;
    dom::append(&group, &[&message])?;
    dom::append(sheet.transcript, &[&group])?;
    let copy = dom::create("p", "")?;
    dom::put_isolated(&copy, text)?;
    dom::append(sheet.log, &[&copy])?;
    Ok(message)
}

/// The last group if it is of the same speaker, else a new one.
fn group_for(sheet: Sheet<'_>, side: &str, name: &str) -> Result<Element, JsValue> {
    if let Some(last) = sheet.transcript.last_element_child()
        && last.class_list().contains(side)
        && last.get_attribute("data-name").as_deref() == Some(name)
    {
        return Ok(last);
    }
    let group = dom::create("div", &format!("cx-message-group {side}"))?;
    group.set_attribute("data-name", name)?;
    dom::append(sheet.transcript, &[&group])?;
    Ok(group.into())
}

/// Puts a text in: its addresses as links, its lines as lines.
///
/// # Errors
/// Outside a page.
pub fn put_text(target: &HtmlElement, text: &str) -> Result<(), JsValue> {
    let document = dom::document()?;
    for piece in links::split(text) {
        match piece {
            Piece::Link(address) => {
                let link = link(address)?;
                link.set_text_content(Some(&direction::plain(address)));
                dom::append(target, &[&link])?;
            }
            Piece::Text(plain) => {
                for (position, line) in plain.split('\n').enumerate() {
                    if position > 0 {
                        let break_ = dom::create("br", "")?;
                        dom::append(target, &[&break_])?;
                    }
                    target.append_child(&document.create_text_node(line))?;
                }
            }
        }
    }
    Ok(())
}

/// A link to a web address, still without words. It opens beside the page, which has the chat.
///
/// # Errors
/// Outside a page.
pub fn link(address: &str) -> Result<HtmlElement, JsValue> {
    let link = dom::create("a", "cx-link")?;
    link.set_attribute("href", address)?;
    link.set_attribute("target", "_blank")?;
    link.set_attribute("rel", "noopener noreferrer")?;
    Ok(link)
}

/// What an agent has pushed is opened by the customer: browsers let no script open a page by itself.
fn put_address(target: &HtmlElement, texts: &Texts, address: &str) -> Result<(), JsValue> {
    let link = link(address)?;
    dom::toggle_class(&link, "cx-card", true);
    let icon = dom::icon(icons::OPEN)?;
    let words = dom::create("span", "cx-card-text")?;
    let shown = dom::create_text("span", "cx-card-title", &direction::plain(address))?;
    let hint = texts.element("span", "cx-card-hint", "ChatPushUrl")?;
    put_words(&words, &shown, &hint)?;
    dom::append(&link, &[&icon, &words])?;
    dom::append(target, &[&link])
}

/// With a space between, so that they are not one word to those who hear them.
fn put_words(target: &HtmlElement, title: &HtmlElement, hint: &HtmlElement) -> Result<(), JsValue> {
    dom::append(target, &[title])?;
    target.append_with_str_1(" ")?;
    dom::append(target, &[hint])
}

fn put_file(target: &HtmlElement, texts: &Texts, id: &str, name: &str, size: &str) -> Result<(), JsValue> {
    let button = dom::button("cx-card cx-file", "")?;
    button.set_attribute(files::ID, id)?;
    button.set_attribute(files::NAME, name)?;
    let name = &direction::plain(name);
    // All that is visible is in the name, for those who say what they see.
    let label = format!("{} {size}", texts.fill("ChatFileDownload", "name", name));
    button.set_attribute("aria-label", label.trim_end())?;
    let icon = dom::icon(icons::FILE)?;
    let words = dom::create("span", "cx-card-text")?;
    let title = dom::create_text("span", "cx-card-title", name)?;
    let hint = dom::create_text("span", "cx-card-hint", size)?;
    put_words(&words, &title, &hint)?;
    let arrow = dom::icon(icons::DOWNLOAD)?;
    dom::append(&button, &[&icon, &words, &arrow])?;
    dom::append(target, &[&button])
}

fn clock(time: f64, twelve_hours: bool) -> Result<HtmlElement, JsValue> {
    let date = js_sys::Date::new(&time.into());
    let (hours, minutes) = (date.get_hours(), date.get_minutes());
    let text = if twelve_hours {
        let half = if hours < 12 { "AM" } else { "PM" };
        format!("{}:{minutes:02} {half}", (hours + 11) % 12 + 1)
    } else {
        format!("{hours:02}:{minutes:02}")
    };
    let element = dom::create_text("time", "cx-time", &text)?;
    if time.is_finite() {
        element.set_attribute("datetime", &String::from(date.to_iso_string()))?;
    }
    Ok(element)
}
