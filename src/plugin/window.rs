//! The open window with what belongs to it: placement, frame and the way to talk to it.

use super::Runtime;
use crate::bridge::frame_channel::FrameLink;
use crate::bridge::view::{self, Notify, Placement, ViewEvent};
use crate::core::channel::ToFrame;
use crate::core::effect::Card;
use crate::core::event::{Event, Report};
use crate::core::launch::Launch;
use std::cell::RefCell;
use std::rc::Rc;

/// See the module. Dropping it removes everything from the page.
pub(super) struct Window {
    /// The window itself.
    pub(super) placement: Box<dyn Placement>,
    frame: RefCell<Option<Rc<FrameLink>>>,
}

impl Window {
    /// Opens a window where the configuration says; `None` when it cannot be shown.
    pub(super) fn open(runtime: &Runtime, card: &Card) -> Option<Window> {
        let (report, this) = (runtime.report.clone(), runtime.this.clone());
        let notify: Notify = Rc::new(move |event| {
            report(match event {
                ViewEvent::FrameLoaded => Event::FrameLoaded,
                ViewEvent::FrameBlocked => Event::FrameBlocked,
                ViewEvent::CloseByCustomer => Event::CloseByCustomer,
                ViewEvent::Retry => Event::Retry,
                ViewEvent::Consent(given) => Event::Consent(given),
                ViewEvent::TakeOver => Event::TakeOver,
                ViewEvent::Finish => Event::Finish,
                ViewEvent::Minimized(minimized) => Event::Minimized(minimized),
                ViewEvent::Done => Event::Done,
                ViewEvent::Surroundings => {
                    if let Some(runtime) = this.upgrade() {
                        runtime.with_window(Window::tell_surroundings);
                    }
                    return;
                }
                ViewEvent::Gone => Event::ViewGone,
                ViewEvent::Failed => Event::ViewFailed,
            });
        });
        let look = runtime.machine.borrow().config().look.clone();
        let placement = view::open(&runtime.plugin, &look, card, &notify)?;
        Some(Window { placement, frame: RefCell::default() })
    }

    /// Loads a frame, in place of an earlier one, and listens to it.
    pub(super) fn load(&self, launch: &Launch, report: Report) {
        drop(self.frame.take());
        let Some(frame) = self.placement.load(launch) else { return report(Event::ViewFailed) };
        let link = FrameLink::open(&frame, &launch.origin, move |message| report(Event::FromFrame(message)));
        self.frame.replace(Some(Rc::new(link)));
        self.tell_surroundings();
    }

    /// Tells the app, over protocol 2.
    pub(super) fn tell(&self, message: ToFrame) {
        let frame = self.frame.borrow().clone();
        if let Some(frame) = frame {
            frame.tell(message);
        }
    }

    /// Tells the app theme, language and layout, as far as it does not know them.
    pub(super) fn tell_surroundings(&self) {
        for message in self.placement.surroundings() {
            self.tell(message);
        }
    }

    /// Tells the frame to end its session.
    pub(super) fn hang_up(&self) {
        let frame = self.frame.borrow().clone();
        if let Some(frame) = frame {
            frame.hang_up();
        }
    }
}
