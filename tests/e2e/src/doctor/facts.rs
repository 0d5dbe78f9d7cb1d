//! What was seen of a page and of the servers behind it.

use serde_json::Value;
use url::Url;

/// What a server has answered, or why nothing came.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The address.
    pub url: String,
    /// The status, 0 when nothing came.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Why nothing came, in the browser's words.
    pub error: Option<String>,
}

impl Answer {
    /// The values of a header, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The type without its parameters.
    #[must_use]
    pub fn kind(&self) -> String {
        let kind = self.header("content-type").unwrap_or_default();
        kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The last part of the path.
    #[must_use]
    pub fn file(&self) -> &str {
        self.url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default()
    }

    /// From what the browser tells of a request that is over.
    #[must_use]
    pub fn from_event(event: &Value) -> Answer {
        let text = |path: &str| event.pointer(path).and_then(Value::as_str).map(String::from);
        let headers = event.pointer("/response/headers").and_then(Value::as_array);
        let header = |header: &Value| {
            let name = header.get("name")?.as_str()?.to_ascii_lowercase();
            Some((name, header.pointer("/value/value")?.as_str()?.to_owned()))
        };
        let status = event.pointer("/response/status").and_then(Value::as_u64).unwrap_or_default();
        Answer {
            url: text("/request/url").unwrap_or_default(),
            status: u16::try_from(status).unwrap_or_default(),
            headers: headers.into_iter().flatten().filter_map(header).collect(),
            error: text("/errorText"),
        }
    }
}

/// A script tag of the plugin.
#[derive(Clone, Debug, Default)]
pub struct Tag {
    /// Its address.
    pub src: String,
    /// Whether the browser must be able to read it, and so asks for CORS where it comes from another origin.
    pub cors: bool,
    /// Whether it has an `integrity`, by which the browser refuses another file.
    pub integrity: bool,
}

impl Tag {
    /// Whether this is the address of a language that lies beside the script.
    #[must_use]
    pub fn has_language(&self, address: &str) -> bool {
        let folder = self.src.split(['?', '#']).next().and_then(|path| path.rsplit_once('/')).map(|(folder, _)| folder);
        let language = folder.and_then(|folder| address.strip_prefix(folder)?.strip_prefix("/lang/"));
        language.is_some_and(|file| file.ends_with(".json"))
    }
}

/// What the plugin has published: a `failed` or `warning`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The code.
    pub code: String,
    /// What it is about.
    pub message: String,
    /// What the plugin advises.
    pub remedy: String,
    /// The options that are wrong, and what each expects.
    pub faults: Vec<(String, String)>,
}

/// The plugin as it stands on the page.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// Its version.
    pub version: String,
    /// Whether it is on the bus.
    pub started: bool,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The page's address.
    pub page: Url,
    /// Everything that was fetched, the page first.
    pub answers: Vec<Answer>,
    /// Policies in the document itself.
    pub meta_policies: Vec<String>,
    /// Directive and address of what the page's policy has refused.
    pub refused: Vec<(String, String)>,
    /// The plugin's script tags.
    pub tags: Vec<Tag>,
    /// The plugin, if it has come.
    pub plugin: Option<Plugin>,
    /// Whether CXBus is there.
    pub bus: bool,
    /// What the plugin has published.
    pub reports: Vec<Report>,
    /// What has been written to the console.
    pub console: String,
    /// The Messaging Server's address, if the page names one.
    pub base_url: Option<String>,
    /// The chat server's address, if the page names one.
    pub chat_url: Option<String>,
    /// Whether the page reaches that, and starts a chat there if it was tried; else what happened instead.
    pub chat: Result<(), String>,
    /// How the plugin launches.
    pub launch: String,
    /// Sources of prefilters that hide requests and are not the plugin's own.
    pub filters: Vec<String>,
    /// Addresses of scripts that do what the plugin does, as the one that it replaces: looked for where something of theirs was
    /// found. What stands in the page itself has the page's address.
    pub rivals: Vec<String>,
    /// Whether a chat was started, in which alone filters show.
    pub chatted: bool,
    /// What Widgets call their version, which they tell at the start of a chat.
    pub widgets: Option<String>,
    /// What the Messaging Server says to who asks for a MicroApp.
    pub messaging: Answer,
}

impl Facts {
    /// Facts of a page with nothing on it.
    #[must_use]
    pub fn of(page: Url) -> Facts {
        Facts {
            page,
            answers: Vec::new(),
            meta_policies: Vec::new(),
            refused: Vec::new(),
            tags: Vec::new(),
            plugin: None,
            bus: false,
            reports: Vec::new(),
            console: String::new(),
            base_url: None,
            chat_url: None,
            chat: Ok(()),
            launch: "query".into(),
            filters: Vec::new(),
            rivals: Vec::new(),
            chatted: false,
            widgets: None,
            messaging: Answer::default(),
        }
    }

    /// Where the Messaging Server is: at the page's own origin, if nothing else is said.
    #[must_use]
    pub fn messaging_url(&self) -> Option<Url> {
        match &self.base_url {
            Some(url) => self.page.join(url).ok(),
            None => Url::parse(&self.page.origin().ascii_serialization()).ok(),
        }
    }

    /// The last error in the console.
    #[must_use]
    pub fn last_error(&self) -> Option<&str> {
        self.console.lines().rev().find_map(|line| line.strip_prefix("error "))
    }

    /// The answers for addresses that `wanted` says yes to, but the page's own.
    pub fn answers_for<'a>(&'a self, wanted: impl Fn(&Answer) -> bool + 'a) -> impl Iterator<Item = &'a Answer> {
        self.answers.iter().skip(1).filter(move |answer| wanted(answer))
    }
}
