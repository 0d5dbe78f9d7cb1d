//! Scripts of the page that do what the plugin does, as the one that it replaces, which often has the very same name.

use super::facts::Facts;
use super::{Finding, servers};
use crate::browser::{Browser, eval};
use anyhow::Result;
use serde_json::Value;

/// What only the plugin has: where copies of it find each other.
const OURS: [&str; 2] = ["Symbol.for('cx-speechstorm", "Symbol.for(\"cx-speechstorm"];

/// Whether a script hides MicroApp lines, or takes the plugin's name on the bus.
fn is_one(text: &str) -> bool {
    let hides = text.contains("refilter") && text.contains("microapp");
    let takes_the_name = text.contains("registerPlugin") && text.contains("CXSpeechStorm");
    (hides || takes_the_name) && !OURS.iter().any(|ours| text.contains(ours))
}

/// Whether there is a reason to look for them.
pub(super) fn suspected(facts: &Facts) -> bool {
    !facts.filters.is_empty() || has_our_name(facts) || (facts.plugin.is_none() && !facts.tags.is_empty())
}

/// Whether another script has the plugin's name on the bus.
pub(super) fn has_our_name(facts: &Facts) -> bool {
    facts.console.contains("is on this page already, or the bus is locked")
}

/// The addresses of those among the page's scripts, by their texts. `inline` are the texts of those that stand in the page.
///
/// Why the browser goes to each: it may read there what a page may not, and has the page's cookies and certificates.
pub(super) async fn found(browser: &Browser, facts: &Facts, inline: &Value) -> Result<Vec<String>> {
    let mut inline = inline.as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut found = Vec::from_iter(inline.any(is_one).then(|| facts.page.to_string()));
    let scripts =
        facts.answers_for(|answer| answer.status == 200 && servers::SCRIPT_TYPES.contains(&answer.kind().as_str()));
    for script in scripts {
        if found.contains(&script.url) || browser.goto(&script.url).await.is_err() {
            continue;
        }
        let text = eval(browser, "document.documentElement.textContent").await?;
        if text.as_str().is_some_and(is_one) {
            found.push(script.url.clone());
        }
    }
    Ok(found)
}

/// What to remove from the page, in words.
fn remove(facts: &Facts, otherwise: &str) -> String {
    if facts.rivals.is_empty() {
        return format!("Remove {otherwise}");
    }
    let name = |address: &String| match *address == facts.page.as_str() {
        true => "the script in the page itself".to_owned(),
        false => address.clone(),
    };
    format!("Remove {}", facts.rivals.iter().map(name).collect::<Vec<_>>().join(" and "))
}

/// What they leave in the way.
pub(super) fn findings(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    if has_our_name(facts) {
        let what = "Another script has the plugin's name CXSpeechStorm on the bus.";
        let who = remove(facts, "the script that calls CXBus.registerPlugin('CXSpeechStorm')");
        findings.push(Finding::broken(what, format!("{who} from the page: this plugin replaces it.")));
    }
    for source in &facts.filters {
        let what = format!("A prefilter hides MicroApp requests from plugins, so none can open: /{source}/.");
        let who = remove(facts, "the script that commands WebChatService.addPrefilter with this expression");
        findings.push(Finding::broken(
            what,
            format!("{who} from the page. What it left in a cookie goes with the end of the chat."),
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::is_one;

    #[test]
    fn who_hides_lines_or_takes_the_name_and_is_not_the_plugin() {
        assert!(is_one("bus.command('WebChatService.addPrefilter', { filters: /^microapp:/ })"));
        assert!(is_one("CXBus.registerPlugin('CXSpeechStorm')"));
        assert!(!is_one("bus.command('CXSpeechStorm.open', {})"));
        assert!(!is_one("let a=Symbol.for(\"cx-speechstorm\");addPrefilter,microapp,registerPlugin,CXSpeechStorm"));
    }
}
