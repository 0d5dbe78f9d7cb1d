//! The controller under which the newer transports run (transports 1): the commands they have in common.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`desk`] | what controller and line share: events, agents, the end of a chat |
//! | [`line`] | what a transport must be able to do itself |
//! | `batch` | messages → prefilters → preprocessors → `messageReceived` |
//! | `commands` | the commands |
//! | [`sleep`] | whether the page is out of sight |

mod batch;
mod commands;
pub mod desk;
pub mod line;
pub mod sleep;

use std::rc::Rc;

use wasm_bindgen::JsValue;

use crate::interop;
use crate::web_chat_service::chat::Chat;

pub use batch::{Batch, Incoming};
pub use desk::Desk;
pub use line::{Capabilities, Line, Polling};

/// A chat over the line `L`.
pub struct Next<L> {
    desk: Rc<Desk>,
    line: Rc<L>,
}

impl<L: Line> Next<L> {
    /// Not configured yet.
    #[must_use]
    pub fn new(chat: &Rc<Chat>) -> Rc<Self> {
        let desk = Desk::new(chat);
        let line = Rc::new(L::new(&desk));
        Rc::new(Self { desk, line })
    }

    /// Shows plugins what the transport can do. WebChat reads it to show its upload button.
    fn publish_capabilities(&self) {
        let Capabilities { is_async, hides_on_close, pagination, file_upload } = self.line.capabilities();
        let shown = interop::object(&[
            ("async", is_async.into()),
            ("asyncClose", if hides_on_close { "hideChat" } else { "endChat" }.into()),
            ("pagination", pagination.into()),
            ("fileUpload", file_upload.into()),
        ]);
        self.desk.plugin.set_data("capabilities", shown.clone());
        self.desk.plugin.publish("capabilitiesChanged", JsValue::from(shown));
    }
}
