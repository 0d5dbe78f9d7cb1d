//! `dist/demo/`: the demo website's page in its languages as plain files, so that a folder with the published files and a
//! server of files are all that it takes to see the plugin. The chat itself needs the stack, or the servers that `config.js` names.

use crate::shell;
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;

/// The folder below `dist/`.
pub const FOLDER: &str = "demo";

/// The pages, each in a folder of its language, with the way back to [`FOLDER`].
const PAGES: [(&str, &str); 3] = [("", ""), ("de", "../"), ("ar", "../")];

/// Where the website has what the pages need, and where it lies beside [`FOLDER`], or in it.
const MOVED: [(&str, &str); 3] = [("\"/dist/", "../"), ("\"/assets/", ""), ("\"/", "./")];

/// What stands on the website only: a line with it is left out, because the page behind it speaks with GMS by its own address.
const LEFT_OUT: &str = "\"/chat-immediate/";

/// What the page says about its configuration on the website, which the stack writes; here it is a file.
const ABOUT_CONFIG: (&str, &str) = (
    "The stack writes it with its own addresses.",
    "Name your own chat service and Messaging Server in it, or start the stack.",
);

/// The page's configuration: the addresses of a stack that was started without a flag.
const CONFIG: &str = r#"// Where the chat service (GMS) and the Messaging Server are. These are the addresses of the open stack;
// it answers pages of this website when it is started with --allow-origin and the website's address.
window._genesys = {
  widgets: {
    main: { lang: document.documentElement.lang, theme: "auto" },
    webchat: { dataURL: "http://127.0.0.1:8010/genesys/2/chat/customer-support" },
    speechstorm: { baseURL: "http://127.0.0.1:8054" },
  },
};
"#;

/// Writes the pages into `dist`.
pub fn write(dist: &Path) -> Result<()> {
    let (site, folder) = (shell::root().join("www/site"), dist.join(FOLDER));
    std::fs::create_dir_all(&folder)?;
    for entry in std::fs::read_dir(site.join("assets")).context("reading the website's assets")? {
        let path = entry?.path();
        std::fs::copy(&path, folder.join(path.file_name().unwrap_or_default()))?;
    }
    for (language, back) in PAGES {
        let page = site.join(language).join("index.html");
        let page = std::fs::read_to_string(&page).with_context(|| format!("reading {}", page.display()))?;
        std::fs::create_dir_all(folder.join(language))?;
        std::fs::write(folder.join(language).join("index.html"), moved(&page, back)?)?;
    }
    std::fs::write(folder.join("config.js"), CONFIG).context("writing the page's configuration")?;
    for (language, back) in PAGES {
        let here = folder.join(language);
        let page = std::fs::read_to_string(here.join("index.html"))?;
        if let Some(address) = inside(&page, back).find(|address| !here.join(address).exists()) {
            bail!("the website's page names {address}, which the demo page does not bring along");
        }
    }
    Ok(())
}

/// The addresses of a page that lead to something in [`FOLDER`]; what lies beside that is not its own.
fn inside<'a>(page: &'a str, back: &str) -> impl Iterator<Item = &'a str> {
    let beside = format!("{back}../");
    let values = ["src=\"", "href=\""].into_iter().flat_map(|attribute| page.split(attribute).skip(1));
    let addresses = values.filter_map(|rest| rest.split('"').next());
    addresses.filter(move |address| !address.starts_with(&beside) && !address.starts_with('#'))
}

/// A page with the addresses that it has in its folder, from which `back` leads to [`FOLDER`].
fn moved(page: &str, back: &str) -> Result<String> {
    ensure!(page.contains(LEFT_OUT), "the website's page does not name {LEFT_OUT} any more");
    let kept: String = page.lines().filter(|line| !line.contains(LEFT_OUT)).map(|line| format!("{line}\n")).collect();
    let mut page = kept.replace(ABOUT_CONFIG.0, ABOUT_CONFIG.1);
    for (from, to) in MOVED {
        ensure!(page.contains(from), "the website's page does not name {from} any more");
        // "./" is only for those that would be empty otherwise.
        let to = if back.is_empty() || to != "./" { format!("{back}{to}") } else { back.to_owned() };
        page = page.replace(from, &format!("\"{to}"));
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<a href="/"><img src="/assets/mark.svg"></a><script src="/config.js"></script>
<a href="/chat-immediate/">Chat at once</a>
<script src="/dist/cx-speechstorm.js"></script>"#;

    #[test]
    fn the_page_names_what_lies_beside_it() {
        let links = |page: &str| page.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(links(&moved(PAGE, "").unwrap()), ["./", "mark.svg", "./config.js", "../cx-speechstorm.js"]);
        assert_eq!(
            links(&moved(PAGE, "../").unwrap()),
            ["../", "../mark.svg", "../config.js", "../../cx-speechstorm.js"]
        );
    }

    #[test]
    fn what_has_to_be_in_the_folder_is_told_from_what_lies_beside_it() {
        let page = |back| moved(&format!("{PAGE}<img src=\"/other.png\"><a href=\"#main\">Skip</a>"), back).unwrap();
        assert_eq!(inside(&page(""), "").collect::<Vec<_>>(), ["mark.svg", "./config.js", "./other.png", "./"]);
        assert_eq!(
            inside(&page("../"), "../").collect::<Vec<_>>(),
            ["../mark.svg", "../config.js", "../other.png", "../"]
        );
    }

    #[test]
    fn a_page_without_its_scripts_is_noticed() {
        assert!(moved("<p>No script</p>", "").is_err());
    }
}
