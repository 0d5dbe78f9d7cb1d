//! Pages that embed the plugin: one value says how, and becomes the page.

use crate::files;
use anyhow::Result;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The nonce of all pages that have one.
pub const NONCE: &str = "bm9uY2Utb2YtdGVzdHM";

/// Where the plugin's script tag stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the head, before Widgets.
    BeforeWidgets,
    /// In the head, after Widgets.
    AfterWidgets,
    /// At the end of the body.
    EndOfBody,
    /// Nowhere: a script adds it when the page has loaded.
    Injected,
}

/// How a script tag is to be treated by the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// Where it stands.
    Plain,
    /// `async`
    Async,
    /// `defer`
    Defer,
    /// `type="module"`
    Module,
}

/// How a page embeds the plugin.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The published script.
    pub file: &'static str,
    /// What comes after its name in the address.
    pub query: &'static str,
    /// Where the tag stands.
    pub place: Place,
    /// When the browser runs it.
    pub timing: Timing,
    /// With `integrity` and `crossorigin`.
    pub integrity: bool,
    /// From another origin than the page's.
    pub elsewhere: bool,
    /// The page's policy for scripts, to which what every page needs is added; every script tag then has the nonce, but
    /// for what other scripts add.
    pub scripts: Option<&'static str>,
    /// A second policy for scripts, in force from after Widgets on: the host is WebAssembly itself. `{origin}` is the page's,
    /// `{other}` the one that the files are at as well.
    pub scripts_after_widgets: Option<&'static str>,
    /// That second policy requires Trusted Types as well, and allows no policy of them.
    pub trusted_types: bool,
    /// What the tag says of the stylesheet: `none` where the page has one of its own.
    pub css: Option<&'static str>,
    /// A script of `tests/packaging/pages` that runs after Widgets and makes the browser an older one. It sets `data-older` of the
    /// document's root when the plugin has come across that.
    pub older: Option<&'static str>,
}

impl Page {
    /// The tag in the head before Widgets, no policy.
    #[must_use]
    pub const fn with(file: &'static str) -> Page {
        Page {
            file,
            query: "",
            place: Place::BeforeWidgets,
            timing: Timing::Plain,
            integrity: false,
            elsewhere: false,
            scripts: None,
            scripts_after_widgets: None,
            trusted_types: false,
            css: None,
            older: None,
        }
    }

    /// The page's policy.
    #[must_use]
    pub fn policy(&self, gms: &str, messaging: &str) -> Option<String> {
        let scripts = self.scripts?.replace("{nonce}", &format!("'nonce-{NONCE}'"));
        Some(format!(
            "default-src 'none'; script-src {scripts}; style-src 'self'; connect-src 'self' {gms}; frame-src {messaging}"
        ))
    }

    /// The page. Its own origin is `origin`, the other one `other`.
    ///
    /// # Errors
    /// When the published file is not there.
    pub fn markup(&self, origin: &str, other: &str) -> Result<Markup> {
        let from = if self.elsewhere { other } else { origin };
        let address = format!("{from}/js/{}{}", self.file, self.query);
        let integrity = if self.integrity { Some(files::integrity(self.file)?) } else { None };
        let crossorigin = integrity.is_some().then_some("anonymous");
        let nonce = self.scripts.is_some().then_some(NONCE);
        let kind = (self.timing == Timing::Module).then_some("module");
        let tag = html! {
            script src=(address) async[self.timing == Timing::Async] defer[self.timing == Timing::Defer] type=[kind]
                integrity=[&integrity] crossorigin=[crossorigin] nonce=[nonce] data-css=[self.css] {}
        };
        let at = |place: Place| html! { @if self.place == place { (tag) } };
        Ok(html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    title { "An integrator’s page" }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href="/js/cx-host.css";
                    script src="/config.js" nonce=[nonce] {}
                    (at(Place::BeforeWidgets))
                    script src="/js/cx-host.js" nonce=[nonce] {}
                    @if let Some(scripts) = self.scripts_after_widgets {
                        @let sources = scripts.replace("{nonce}", &format!("'nonce-{NONCE}'")).replace("{origin}", origin).replace("{other}", other);
                        @let types = if self.trusted_types { "; require-trusted-types-for 'script'; trusted-types 'none'" } else { "" };
                        @let policy = format!("script-src {sources}{types}");
                        meta http-equiv="Content-Security-Policy" content=(policy);
                    }
                    @if let Some(older) = self.older { script src={ "/pages/" (older) } nonce=[nonce] {} }
                    (at(Place::AfterWidgets))
                    @if self.place == Place::Injected {
                        script src="/pages/inject.js" nonce=[nonce] data-src=(address) data-integrity=[&integrity] {}
                    }
                }
                body {
                    main { h1 { "An integrator’s page" } }
                    (at(Place::EndOfBody))
                }
            }
        })
    }
}

/// How a page loads a bundle, or the package itself.
#[derive(Clone, Copy, Debug)]
pub enum Loads {
    /// As a classic script.
    Script(&'static str),
    /// As a module.
    Module(&'static str),
    /// As a module that finds the package by an import map: name and address.
    Mapped(&'static str, (&'static str, &'static str)),
}

/// A page with the chat's configuration, Widgets, and what an integrator has built; with `refuse_wasm`, a policy that is in
/// force from after Widgets on refuses WebAssembly.
#[must_use]
pub fn with_bundle(loads: Loads, refuse_wasm: bool) -> String {
    let (Loads::Script(address) | Loads::Module(address) | Loads::Mapped(address, _)) = loads;
    let kind = (!matches!(loads, Loads::Script(_))).then_some("module");
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { "A page with a bundle" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/js/cx-host.css";
                script src="/chat.js" {}
                script src="/js/cx-host.js" {}
                @if refuse_wasm { meta http-equiv="Content-Security-Policy" content="script-src 'self'"; }
                @if let Loads::Mapped(_, (name, file)) = loads {
                    script type="importmap" { (PreEscaped(serde_json::json!({ "imports": { name: file } }).to_string())) }
                }
            }
            body {
                main id="app" { h1 { "A page with a bundle" } }
                script src=(address) type=[kind] {}
            }
        }
    };
    page.into_string()
}
