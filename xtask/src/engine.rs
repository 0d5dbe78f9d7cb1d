//! The browser engines that the tests run in: what each is called and where this machine has it.

use crate::shell;
use std::path::PathBuf;

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// Chromium with chromedriver
    Chromium,
    /// Firefox with geckodriver
    Firefox,
}

/// All of them.
pub const ALL: [Engine; 2] = [Engine::Chromium, Engine::Firefox];

impl Engine {
    /// Its name, as the end-to-end tests read it from their environment.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
        }
    }

    /// The browser of this machine.
    pub fn browser(self) -> Option<PathBuf> {
        shell::find(match self {
            Engine::Chromium => &["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"],
            Engine::Firefox => &["firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"],
        })
    }

    /// Its WebDriver.
    pub fn driver(self) -> Option<PathBuf> {
        shell::find(match self {
            Engine::Chromium => &["chromedriver", "/usr/lib/chromium-browser/chromedriver"],
            Engine::Firefox => &["geckodriver"],
        })
    }
}
