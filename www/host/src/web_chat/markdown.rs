//! Markdown in what agents write, where `webchat.markdown` asks for it (bus facts 7). Elements are made one by one, and
//! markup that somebody has written stays visible as text: nothing in a message becomes an element of its choice.

use pulldown_cmark::{Event, Options, Parser, Tag};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::{drawing, links};
use crate::dom;

/// Draws `text` into `target`.
///
/// # Errors
/// Outside a page.
pub fn put(target: &HtmlElement, text: &str) -> Result<(), JsValue> {
    let mut open = vec![Open { element: target.clone(), links: true }];
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH) {
        let Some(top) = open.last() else { break };
        match event {
            Event::Start(tag) => {
                let inner = begin(&tag, top)?;
                open.push(inner);
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) if top.links => drawing::put_text(&top.element, &text)?,
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => put_plain(&top.element, &text)?,
            Event::Code(code) => {
                let element = dom::create_text("code", "", &code)?;
                dom::append(&top.element, &[&element])?;
            }
            Event::SoftBreak | Event::HardBreak => {
                let element = dom::create("br", "")?;
                dom::append(&top.element, &[&element])?;
            }
            Event::Rule => {
                let element = dom::create("hr", "")?;
                dom::append(&top.element, &[&element])?;
            }
            // What was not asked for (notes, formulas, tasks) does not come.
            _ => {}
        }
    }
    Ok(())
}

/// An element that is open, and whether addresses in it become links.
struct Open {
    element: HtmlElement,
    links: bool,
}

fn begin(tag: &Tag<'_>, around: &Open) -> Result<Open, JsValue> {
    let (name, classes) = match tag {
        Tag::Paragraph | Tag::HtmlBlock => ("p", ""),
        // No heading: the page has headings of its own.
        Tag::Heading { .. } => ("p", "cx-markdown-heading"),
        Tag::BlockQuote(_) => ("blockquote", ""),
        Tag::CodeBlock(_) => ("pre", ""),
        Tag::List(Some(_)) => ("ol", ""),
        Tag::List(None) => ("ul", ""),
        Tag::Item => ("li", ""),
        Tag::Emphasis => ("em", ""),
        Tag::Strong => ("strong", ""),
        Tag::Strikethrough => ("del", ""),
        // A picture of anywhere would tell its server who reads it: it is a link.
        Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } if links::is_web_address(dest_url) => {
            let link = drawing::link(dest_url)?;
            dom::append(&around.element, &[&link])?;
            return Ok(Open { element: link, links: false });
        }
        _ => return Ok(Open { element: around.element.clone(), links: around.links }),
    };
    let element = dom::create(name, classes)?;
    if let Tag::List(Some(first)) = tag {
        element.set_attribute("start", &first.to_string())?;
    }
    dom::append(&around.element, &[&element])?;
    Ok(Open { links: around.links && name != "pre", element })
}

fn put_plain(target: &HtmlElement, text: &str) -> Result<(), JsValue> {
    target.append_child(&dom::document()?.create_text_node(text)).map(|_| ())
}
