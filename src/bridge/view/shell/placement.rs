//! What the runtime asks of a window.

use super::super::{Placement, ViewEvent, dom, frame, words};
use super::{Place, Shell, Signal};
use crate::bridge::{i18n, js, theme};
use crate::core::channel::ToFrame;
use crate::core::effect::{Detail, Phase};
use crate::core::launch::Launch;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::HtmlIFrameElement;

impl Placement for Rc<Shell> {
    fn load(&self, launch: &Launch) -> Option<HtmlIFrameElement> {
        if let Some((old, _)) = self.frame.take() {
            old.remove();
        }
        self.launch.replace(Some(launch.clone()));
        let frame = frame::build(launch, &self.look, &self.title())?;
        if self.place.get() == Place::Window {
            // The frame stays outside the page: the customer opens the launch with the button that is shown now.
            self.tell(ViewEvent::FrameLoaded);
            return Some(frame);
        }
        let listener = self.listener(&frame, "load", Signal::Loaded);
        self.frame.replace(Some((frame.clone(), listener)));
        dom::append(&self.parts.stage, &[&frame]);
        if self.parts.root.is_connected() {
            frame::post(launch);
        }
        Some(frame)
    }

    fn show(&self, phase: Phase) {
        self.phase.set(phase);
        self.asking.set(false);
        let message = words::of(phase).1.is_some();
        if message {
            self.minimize(false);
        }
        // The heading keeps the focus: nobody shall agree to something with a key that was meant for something else.
        let focused = self.has_focus() && dom::focused().as_ref() != Some(&self.parts.heading);
        self.render();
        if focused && message {
            self.parts.focus_action();
        } else if focused && !self.has_focus() {
            // The button that had it is gone.
            let _ = self.parts.heading.focus();
        }
    }

    fn detail(&self, detail: &Detail) {
        match detail {
            Detail::Title(title) => {
                self.title.replace(Some(title.clone()));
                self.render();
            }
            Detail::Height(height) => {
                dom::style(&self.parts.root, "app-height", dom::pixels(*height));
                dom::flag(&self.parts.root, "data-fits", true);
            }
            Detail::Steps(names, at) => {
                self.steps.replace(names.clone());
                self.parts.progress(at + 1, names.len(), names.get(*at).map_or("", String::as_str));
            }
            Detail::Block(name) => {
                let steps = self.steps.borrow();
                match steps.iter().position(|step| step == name) {
                    Some(at) => self.parts.progress(at + 1, steps.len(), name),
                    None => self.parts.progress(0, 0, name),
                }
            }
            Detail::Escape => self.escape(),
            Detail::Online(online) => {
                self.online.set(*online);
                self.parts.online(*online);
            }
        }
    }

    fn layout(&self) {
        Shell::layout(self);
    }

    fn minimize(&self, minimized: bool) {
        Shell::minimize(self, minimized);
    }

    fn retell(&self) {
        self.render();
        Shell::tell(self, ViewEvent::Surroundings);
    }

    fn surroundings(&self) -> [ToFrame; 3] {
        [
            ToFrame::Theme { dark: theme::is_dark(&self.parts.root) },
            ToFrame::Language(i18n::language().0.to_owned()),
            ToFrame::Layout { mobile: self.is_mobile() },
        ]
    }

    fn yield_toast(&self, data: &JsValue) {
        // Ours stays: it is the one that is about to be shown.
        let ours = js::get(data, "body") == JsValue::from(&self.parts.root);
        if !ours && self.place.get() == Place::Toaster && self.toast.borrow().is_some() {
            self.become_panel();
        }
    }
}
