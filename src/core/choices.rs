//! What options with a few words may be; [`super::config`] reads them.

/// Where a MicroApp is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Our own panel beside the chat.
    Panel,
    /// The Toaster of Genesys Widgets, as the script we replace did.
    Toaster,
    /// A dock of the WindowManager of Genesys Widgets.
    Dock,
    /// A modal dialog over the page.
    Overlay,
    /// An element of the page.
    Inline,
    /// A window of its own.
    Window,
}

/// How much room a MicroApp takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// A low window, for a question or two.
    Compact,
    /// The usual one.
    Tall,
    /// All there is.
    Full,
}

/// The theme, where the integrator fixes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// The theme of Widgets, else the visitor's.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What the frame may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Forms and scripts.
    Form,
    /// And the payment features of the browser.
    Payment,
    /// And the popups and top navigation by the customer's hand that 3-D Secure pages need.
    Payment3ds,
}

/// What a request does while another MicroApp is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnBusy {
    /// Takes its place.
    Replace,
    /// Opens after it.
    Queue,
    /// Is refused.
    Reject,
}

/// What the plugin tells the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// How each MicroApp came to its end (step 9 of the vendor's process).
    End,
    /// That, its start, and each milestone, for servers that do not send them.
    All,
    /// Nothing.
    None,
}

/// What happens to card numbers in the customer's chat messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardGuard {
    /// Nothing.
    Off,
    /// All digits but the last four are masked.
    Mask,
    /// The message is not sent.
    Block,
}
