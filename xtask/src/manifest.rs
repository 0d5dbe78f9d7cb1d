//! `manifest.json`: what is published, to be compared with what a browser receives, and what a page must allow; and every
//! file as servers with prepared compression send it.

use crate::plugin::{self, CSS, DROP_IN, FRAME_SDK, HOST, NOWASM, Plugin, SLIM};
use crate::{build_id, weigh};
use anyhow::{Context, Result};
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::path::Path;

pub const FILE: &str = "manifest.json";
/// Stand for origins that only an integrator knows.
const MESSAGING: &str = "https://MESSAGING-SERVER";
const CHAT: &str = "https://CHAT-SERVER";
/// All that has no compressed files beside it: folders in which people read and change what is there, where a server would go on
/// sending what was there before; and the readme, because npm takes along whatever is called so.
const NOT_COMPRESSED: [&str; 3] = [DEBUG, DEMO, "README.md"];

/// Writes it, and the compressed files. `cargo` is what Cargo.toml says about the plugin.
pub fn write(folder: &Path, plugin: &Plugin, cargo: &Value) -> Result<()> {
    // Why together: to compress takes longer than all else here.
    let files = plugin::files_below(folder)?;
    let files = files.par_iter().map(|path| file(folder, path)).collect::<Result<Vec<_>>>()?;
    let manifest = json!({
        "name": cargo["name"],
        "version": cargo["version"],
        "build": plugin.id,
        "license": cargo["license"],
        "contentSecurityPolicy": {
            "about": "What the plugin needs; the page adds what it and Widgets need. Nonces or 'strict-dynamic' may take the place of 'self' in script-src. \
                      form-action is for launch: post, the Messaging Server in connect-src for launch: ticket and for probe.",
            "separateMessagingServer": policies(MESSAGING),
            "sameOrigin": policies("'self'"),
        },
        "permissionsPolicy": {
            "separateMessagingServer": permissions(MESSAGING),
            "sameOrigin": "payment=(self), publickey-credentials-get=(self)",
        },
        "files": files.into_iter().collect::<Map<_, _>>(),
    });
    let text = serde_json::to_string_pretty(&manifest)? + "\n";
    put_compressed(folder, FILE, &weigh::gzip(text.as_bytes())?, &weigh::brotli(text.as_bytes())?)?;
    Ok(std::fs::write(folder.join(FILE), text)?)
}

/// A file's name and what the manifest says of it; puts the compressed ones beside it.
fn file(folder: &Path, path: &Path) -> Result<(String, Value)> {
    let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
    let bytes = std::fs::read(path)?;
    let (gzip, brotli) = (weigh::gzip(&bytes)?, weigh::brotli(&bytes)?);
    if has_compressed(&name) {
        put_compressed(folder, &name, &gzip, &brotli)?;
    }
    let entry = json!({
        "integrity": build_id::long_integrity(&bytes),
        "bytes": bytes.len(),
        "gzip": gzip.len(),
        "brotli": brotli.len(),
        "purpose": purpose(&name).with_context(|| format!("what is {name} for?"))?,
    });
    Ok((name, entry))
}

fn has_compressed(name: &str) -> bool {
    !NOT_COMPRESSED.iter().any(|start| name.starts_with(start))
}

/// Puts beside a file what servers with prepared compression send for it.
fn put_compressed(folder: &Path, name: &str, gzip: &[u8], brotli: &[u8]) -> Result<()> {
    for (ending, packed) in [("gz", gzip), ("br", brotli)] {
        std::fs::write(folder.join(format!("{name}.{ending}")), packed).with_context(|| format!("{name}.{ending}"))?;
    }
    Ok(())
}

/// The folder of the debug build.
pub const DEBUG: &str = "debug/";
/// The folder of the demo page.
const DEMO: &str = "demo/";

/// The policy of a page by the script that it uses.
fn policies(messaging: &str) -> Value {
    let with_wasm = "'self' 'wasm-unsafe-eval'";
    json!({
        DROP_IN: policy(messaging, with_wasm),
        SLIM: policy(messaging, with_wasm),
        NOWASM: policy(messaging, "'self'"),
    })
}

fn policy(messaging: &str, scripts: &str) -> String {
    let with_self = if messaging == "'self'" { "'self'".to_owned() } else { format!("'self' {messaging}") };
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; connect-src {with_self} {CHAT}; \
         frame-src {messaging}; form-action {with_self}; base-uri 'none'"
    )
}

fn permissions(messaging: &str) -> String {
    format!("payment=(self \"{messaging}\"), publickey-credentials-get=(self \"{messaging}\")")
}

/// For the list of scripts that PCI DSS 6.4.3 asks for, and for whoever wonders.
fn purpose(name: &str) -> Option<&'static str> {
    Some(match name {
        DROP_IN => {
            "Hides requests for MicroApps from the customer's chat window, and opens the payment service's own form in a frame of its own origin. \
             Sees no card data: they are typed into that frame. Where WebAssembly is refused it loads cx-speechstorm.nowasm.js from its own folder, by hash; \
             it loads no other script."
        }
        SLIM => {
            "The same as cx-speechstorm.js, with WebAssembly and stylesheet in files of their own; loads its WebAssembly, or cx-speechstorm.nowasm.js where that is refused and no Trusted Types are required, by hash."
        }
        NOWASM => "The same as cx-speechstorm.js, for browsers and pages that refuse WebAssembly.",
        CSS => "Styles of the windows that the plugin opens.",
        FRAME_SDK => "For apps inside the frame: tells the page of progress, title and end, never of what is typed.",
        HOST | "cx-host.css" | "cx-host.d.ts" => "For demo and tests only: an open chat host. Not in the npm package.",
        "index.js" => "The plugin as a module for bundlers.",
        "package.json" | "README.md" | "CHANGELOG.md" => "Describes the npm package.",
        "LICENSE-MIT" | "LICENSE-APACHE" => "The licence, as you like.",
        crate::sbom::LICENCES => "Licences of what is linked.",
        crate::sbom::SBOM => "Bill of materials, CycloneDX.",
        _ if name.starts_with("lang/") && name.ends_with(".js") => "Texts in one language, for index.js.",
        _ if name.starts_with("lang/") => "Texts in one language, fetched when needed.",
        _ if name.starts_with(DEBUG) => "For developers: the same with names. Not in the npm package.",
        _ if name.starts_with(DEMO) => "The demo page. Not in the npm package.",
        _ if name.ends_with(".wasm") => "The core of the plugin; part of cx-speechstorm.slim.js and index.js.",
        _ if name.ends_with(".d.ts") => "Types for TypeScript.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_compressed_but_what_people_change_and_the_readme() {
        assert!(
            ["cx-speechstorm.js", "lang/de.json", "x.wasm", "x.css", "index.d.ts", "CHANGELOG.md", crate::sbom::SBOM]
                .into_iter()
                .all(has_compressed)
        );
        assert!(!["debug/x.js", "demo/config.js", "demo/de/index.html", "README.md"].into_iter().any(has_compressed));
    }

    #[test]
    fn a_file_that_nobody_can_explain_is_noticed() {
        assert_eq!(purpose("core.dump"), None);
        assert!(purpose("lang/de.json").is_some());
    }

    #[test]
    fn only_the_script_without_webassembly_does_without_leave_for_it() {
        let policies = policies(MESSAGING);
        let allows = |script: &str| policies[script].as_str().is_some_and(|line| line.contains("'wasm-unsafe-eval'"));
        assert!(allows(DROP_IN) && allows(SLIM) && !allows(NOWASM));
        assert_eq!(
            policy("'self'", "'self'"),
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' https://CHAT-SERVER; \
             frame-src 'self'; form-action 'self'; base-uri 'none'"
        );
    }
}
