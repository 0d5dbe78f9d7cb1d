//! The texts that a customer reads.

/// The heading when the agent gave the MicroApp no name.
pub const TITLE: &str = "Secure form";
/// While the frame loads.
pub const LOADING: &str = "Opening the secure form…";
/// Once it has loaded, for screen readers.
pub const RUNNING: &str = "Secure: your agent cannot see what you enter.";
/// When the app has ended.
pub const ENDED: &str = "Completed. You can close this window.";
/// While the frame has its grace.
pub const CLOSING: &str = "Closing…";
/// When it could not be opened.
pub const FAILED: &str = "The secure form could not be opened. You can try again, or go on in the chat.";
/// The button for another try.
pub const RETRY: &str = "Try again";
/// The button that closes the window.
pub const CLOSE: &str = "Close";
