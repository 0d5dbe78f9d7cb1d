//! What every placement shows inside: a status line, the frame, and the view of a failure.

use super::super::i18n;
use super::super::listener::Listener;
use super::{Notify, ROOT_CLASS, ViewEvent, dom, frame};
use crate::core::effect::Phase;
use crate::core::launch::Launch;
use std::cell::RefCell;
use web_sys::{HtmlElement, HtmlIFrameElement};

/// The inside of a window. Removed from the page when dropped.
pub struct Content {
    root: HtmlElement,
    status: HtmlElement,
    failure: HtmlElement,
    title: String,
    notify: Notify,
    frame: RefCell<Option<(HtmlIFrameElement, Listener)>>,
    _listeners: Vec<Listener>,
}

impl Content {
    /// Builds the inside, without a frame yet; `None` only where there is no document.
    pub fn new(title: &str, notify: &Notify) -> Option<Content> {
        let class = [ROOT_CLASS, " cx-speechstorm-content"].concat();
        let root = dom::element("div", &[("class", &class), ("data-gcb-service-node", "true")])?;
        let status = dom::element("p", &[("class", "cx-speechstorm-status"), ("role", "status")])?;
        let failure = dom::element("div", &[("class", "cx-speechstorm-failure"), ("hidden", "")])?;
        let text = dom::element("p", &[("role", "alert")])?;
        let retry = dom::button("cx-speechstorm-retry", i18n::RETRY)?;
        let close = dom::button("cx-speechstorm-dismiss", i18n::CLOSE)?;
        dom::append(&failure, &[&text, &retry, &close]);
        dom::append(&root, &[&status, &failure]);
        let tell = |event: ViewEvent| {
            let notify = notify.clone();
            move |_| notify(event)
        };
        let _listeners = vec![
            Listener::new(&retry, "click", tell(ViewEvent::Retry)),
            Listener::new(&close, "click", tell(ViewEvent::CloseByCustomer)),
        ];
        Some(Content {
            root,
            status,
            failure,
            title: title.to_owned(),
            notify: notify.clone(),
            frame: RefCell::default(),
            _listeners,
        })
    }

    /// The element to insert.
    pub fn root(&self) -> &HtmlElement {
        &self.root
    }

    /// Puts a frame in, in place of an earlier one.
    pub fn load(&self, launch: &Launch) -> Option<HtmlIFrameElement> {
        if let Some((old, _)) = self.frame.take() {
            old.remove();
        }
        let frame = frame::build(launch, &self.title)?;
        let notify = self.notify.clone();
        let listener = Listener::new(&frame, "load", move |_| notify(ViewEvent::FrameLoaded));
        dom::append(&self.root, &[&frame]);
        frame::post(launch);
        self.frame.replace(Some((frame.clone(), listener)));
        Some(frame)
    }

    /// Shows this phase: in words for everybody, and as `data-phase` for the stylesheet.
    pub fn show(&self, phase: Phase) {
        let (name, text) = match phase {
            Phase::Loading => ("loading", i18n::LOADING),
            Phase::Running => ("running", i18n::RUNNING),
            Phase::Ended => ("ended", i18n::ENDED),
            Phase::Closing => ("closing", i18n::CLOSING),
            Phase::ChatOver => ("running", i18n::RUNNING),
            Phase::Claiming | Phase::Elsewhere | Phase::Consenting => ("consenting", ""),
            Phase::Failed(_) => ("failed", ""),
        };
        let failed = matches!(phase, Phase::Failed(_));
        let _ = self.root.set_attribute("data-phase", name);
        self.status.set_text_content(Some(text));
        self.status.set_hidden(failed);
        if let Some((frame, _)) = self.frame.borrow().as_ref() {
            frame.set_hidden(failed);
        }
        self.failure.set_hidden(!failed);
        if let Some(message) = self.failure.first_element_child() {
            // Why only now: an alert is announced when its text appears.
            message.set_text_content(failed.then_some(i18n::FAILED));
        }
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        self.root.remove();
    }
}
