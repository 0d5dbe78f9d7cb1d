//! `dist/demo/`: the demo website's page as plain files, so that a folder with the published files and a server of files are all
//! that it takes to see the plugin. The chat itself needs the stack, or the servers that `config.js` names.

use crate::shell;
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// The folder below `dist/`.
pub const FOLDER: &str = "demo";

/// Where the website has what the page needs, and where the page finds it when it lies in [`FOLDER`].
const MOVED: [(&str, &str); 4] =
    [("\"/dist/", "\"../"), ("\"/assets/", "\""), ("\"/config.js\"", "\"config.js\""), ("href=\"/\"", "href=\"./\"")];

/// What the page says about its configuration on the website, which the stack writes; here it is a file.
const ABOUT_CONFIG: (&str, &str) = (
    "The stack writes it with its own addresses.",
    "Name your own chat service and Messaging Server in it, or start the stack.",
);

/// The page's configuration: the addresses of a stack that was started without a flag.
const CONFIG: &str = r#"// Where the chat service (GMS) and the Messaging Server are. These are the addresses of the open stack.
window._genesys = {
  widgets: {
    main: { lang: "en", theme: "auto" },
    webchat: { dataURL: "http://127.0.0.1:8010/genesys/2/chat/customer-support" },
    speechstorm: { baseURL: "http://127.0.0.1:8054" },
  },
};
"#;

/// Writes the page into `dist`.
pub fn write(dist: &Path) -> Result<()> {
    let (site, folder) = (shell::root().join("www/site"), dist.join(FOLDER));
    std::fs::create_dir_all(&folder)?;
    for entry in std::fs::read_dir(site.join("assets")).context("reading the website's assets")? {
        let path = entry?.path();
        std::fs::copy(&path, folder.join(path.file_name().unwrap_or_default()))?;
    }
    let page = moved(&std::fs::read_to_string(site.join("index.html")).context("reading the website's page")?)?;
    std::fs::write(folder.join("index.html"), page)?;
    std::fs::write(folder.join("config.js"), CONFIG).context("writing the page's configuration")
}

/// The page with the addresses that it has in its folder.
fn moved(page: &str) -> Result<String> {
    let mut page = page.replace(ABOUT_CONFIG.0, ABOUT_CONFIG.1);
    for (from, to) in MOVED {
        ensure!(page.contains(from), "the website's page does not name {from} any more");
        page = page.replace(from, to);
    }
    ensure!(!page.contains("=\"/"), "the website's page names a file that the demo page does not bring along");
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<a href="/"><img src="/assets/mark.svg"></a><script src="/config.js"></script>
<script src="/dist/cx-speechstorm.js"></script>"#;

    #[test]
    fn the_page_names_what_lies_beside_it() {
        let page = moved(PAGE).unwrap();
        assert!(page.contains(r#"src="../cx-speechstorm.js""#) && page.contains(r#"src="mark.svg""#), "{page}");
    }

    #[test]
    fn what_does_not_lie_beside_it_is_noticed() {
        assert!(moved(&format!("{PAGE}<img src=\"/other.png\">")).is_err());
        assert!(moved("<p>No script</p>").is_err());
    }
}
