//! What every placement shows inside: a status line, the frame, and the view of a failure.

use super::super::i18n;
use super::super::listener::Listener;
use super::{Notify, ROOT_CLASS, ViewEvent, dom, frame};
use crate::core::effect::Phase;
use crate::core::launch::Launch;
use web_sys::{HtmlElement, HtmlIFrameElement};

/// The inside of a window. Removed from the page when dropped.
pub struct Content {
    root: HtmlElement,
    status: HtmlElement,
    failure: HtmlElement,
    frame: HtmlIFrameElement,
    _listeners: [Listener; 3],
}

impl Content {
    /// Builds the inside for one launch; `None` only where there is no document.
    pub fn new(launch: &Launch, title: &str, notify: &Notify) -> Option<Content> {
        let class = [ROOT_CLASS, " cx-speechstorm-content"].concat();
        let root = dom::element("div", &[("class", &class), ("data-gcb-service-node", "true")])?;
        let status = dom::element("p", &[("class", "cx-speechstorm-status"), ("role", "status")])?;
        let frame = frame::build(launch, title)?;
        let failure = dom::element("div", &[("class", "cx-speechstorm-failure"), ("hidden", "")])?;
        let text = dom::element("p", &[("role", "alert")])?;
        let retry = dom::button("cx-speechstorm-retry", i18n::RETRY)?;
        let close = dom::button("cx-speechstorm-dismiss", i18n::CLOSE)?;
        dom::append(&failure, &[&text, &retry, &close]);
        dom::append(&root, &[&status, &failure, &frame]);
        let tell = |event: ViewEvent| {
            let notify = notify.clone();
            move |_| notify(event)
        };
        let _listeners = [
            Listener::new(&frame, "load", tell(ViewEvent::FrameLoaded)),
            Listener::new(&retry, "click", tell(ViewEvent::Retry)),
            Listener::new(&close, "click", tell(ViewEvent::CloseByCustomer)),
        ];
        Some(Content { root, status, failure, frame, _listeners })
    }

    /// The element to insert.
    pub fn root(&self) -> &HtmlElement {
        &self.root
    }

    /// The frame inside.
    pub fn frame(&self) -> &HtmlIFrameElement {
        &self.frame
    }

    /// Shows this phase: in words for everybody, and as `data-phase` for the stylesheet.
    pub fn show(&self, phase: Phase) {
        let (name, text) = match phase {
            Phase::Loading => ("loading", i18n::LOADING),
            Phase::Running => ("running", i18n::RUNNING),
            Phase::Ended => ("ended", i18n::ENDED),
            Phase::Closing => ("closing", i18n::CLOSING),
            Phase::Failed(_) => ("failed", ""),
        };
        let failed = matches!(phase, Phase::Failed(_));
        let _ = self.root.set_attribute("data-phase", name);
        self.status.set_text_content(Some(text));
        self.status.set_hidden(failed);
        self.frame.set_hidden(failed);
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
