//! The windows in which a MicroApp is shown, behind one trait.
//!
//! Everything is built with `createElement` and `setAttribute`: no HTML string, no inline style, so pages with Trusted
//! Types and a strict CSP need no exception for us.

pub mod dom;
mod frame;
mod parts;
mod place;
mod shell;
mod words;

pub use dom::window;
pub use place::open;

use crate::core::channel::ToFrame;
use crate::core::effect::{Detail, Phase};
use crate::core::launch::Launch;
use wasm_bindgen::JsValue;
use web_sys::HtmlIFrameElement;

/// The class that every root element of ours bears (backend facts, 5.6).
pub const ROOT_CLASS: &str = "cx-speechstorm";

/// What a window tells the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewEvent {
    /// The frame's document has loaded.
    FrameLoaded,
    /// The page's policy does not let the frame load.
    FrameBlocked,
    /// The customer closed the window.
    CloseByCustomer,
    /// The customer says that they are done in the app's own window.
    Done,
    /// Theme, language or layout may have changed.
    Surroundings,
    /// The customer asked for another try.
    Retry,
    /// The customer answered the question of consent.
    Consent(bool),
    /// The customer wants the MicroApp in this tab.
    TakeOver,
    /// The customer wants to finish although the chat has ended.
    Finish,
    /// The customer folded the window up to its header (`true`) or unfolded it.
    Minimized(bool),
    /// Somebody else removed the window.
    Gone,
    /// The window could not be shown.
    Failed,
}

/// How a window reports; shared by all its parts.
pub type Notify = std::rc::Rc<dyn Fn(ViewEvent)>;

/// A window around a MicroApp. Dropping it removes it from the page.
pub trait Placement {
    /// Puts a frame for this launch into the window, in place of an earlier one.
    fn load(&self, launch: &Launch) -> Option<HtmlIFrameElement>;
    /// Shows this phase.
    fn show(&self, phase: Phase);
    /// Shows what the app or the page says about itself.
    fn detail(&self, detail: &Detail);
    /// The chat window moved or changed its size.
    fn layout(&self);
    /// Folds the window up to its header, or unfolds it.
    fn minimize(&self, minimized: bool);
    /// The texts have changed.
    fn retell(&self);
    /// Theme, language and layout as they are now, for the app.
    fn surroundings(&self) -> [ToFrame; 3];
    /// Somebody is about to put something else into the Toaster, or to close it: a window in there moves out first.
    fn yield_toast(&self, data: &JsValue);
}
