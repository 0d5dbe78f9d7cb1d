//! The applications this server knows: tokens and Start-block variables (backend 5.2).

/// Which of an application's two tokens was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// The test version.
    Test,
    /// The production version; it needs https, or a page on this very machine.
    Production,
}

/// An application with a MicroApp.
#[derive(Debug)]
pub struct Application {
    /// Name shown to agents.
    pub name: &'static str,
    /// Token of the test version.
    pub test_token: &'static str,
    /// Token of the production version.
    pub production_token: &'static str,
    /// Variables of the Start block: the only parameters a request can set.
    pub start_block: &'static [&'static str],
}

/// The Payment MicroApp. Its test token is the one of the vendor's example.
pub const PAYMENT: Application = Application {
    name: "Payment",
    test_token: "T3NB68E-",
    production_token: "Qw7+k_2P",
    start_block: &["AccountNumber", "Amount"],
};

const APPLICATIONS: &[Application] = &[PAYMENT];

/// The application a token belongs to.
pub fn find(token: &str) -> Option<(&'static Application, Edition)> {
    APPLICATIONS.iter().find_map(|app| match token {
        token if token == app.test_token => Some((app, Edition::Test)),
        token if token == app.production_token => Some((app, Edition::Production)),
        _ => None,
    })
}
