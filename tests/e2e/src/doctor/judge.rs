//! What to think of what was seen.

use super::facts::Facts;
use super::{Finding, policy, rivals, servers};

/// Codes of the plugin that say in general what a finding of ours says exactly.
const SAID_BETTER: [(&str, &str); 4] = [
    ("wasm_blocked", "refuses WebAssembly"),
    ("wasm_unavailable", ".wasm"),
    ("filter_in_the_way", "prefilter"),
    ("insecure_base_url", "is encrypted and speechstorm.baseURL is not"),
];

/// Everything that is wrong, the worst first.
#[must_use]
pub fn findings(facts: &Facts) -> Vec<Finding> {
    let mut findings = page(facts);
    findings.extend(policy::findings(facts));
    findings.extend(servers::files(facts));
    findings.extend(servers::mixed_content(facts));
    findings.extend(servers::messaging(facts));
    findings.extend(servers::chat(facts, &findings));
    findings.extend(rivals::findings(facts));
    for report in &facts.reports {
        let better = SAID_BETTER.iter().find(|(code, _)| *code == report.code);
        if better.is_some_and(|(_, part)| findings.iter().any(|finding| finding.what.contains(part))) {
            continue;
        }
        // Options that nothing above has spoken of.
        let mut faults = report.faults.clone();
        faults.retain(|(option, _)| {
            let option = format!("speechstorm.{option}");
            !findings.iter().any(|finding| finding.what.contains(&option))
        });
        if faults.is_empty() && !report.faults.is_empty() {
            continue;
        }
        let options: Vec<_> =
            faults.iter().map(|(option, expected)| format!("speechstorm.{option} must be {expected}")).collect();
        let fix = if options.is_empty() { report.remedy.clone() } else { format!("{}.", options.join("; ")) };
        let finding = Finding::broken(format!("{}: {}", report.code, report.message), fix);
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    // Nothing of the plugin has come, and none of the above says why.
    if findings.is_empty() && !facts.plugin.as_ref().is_some_and(|plugin| plugin.started) {
        findings.push(not_started(facts));
    }
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// What is on the page and what is missing.
fn page(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(page) = facts.answers.first().filter(|page| page.status >= 400) {
        findings.push(Finding::broken(
            format!("{} answers {}.", facts.page, page.status),
            "Name the address of a page that is there.",
        ));
    }
    if !facts.bus {
        findings.push(Finding::broken(
            "Genesys Widgets are not on this page: there is no CXBus.",
            "Load Widgets on this page, after the plugin.",
        ));
    }
    if facts.tags.is_empty() && facts.plugin.is_none() {
        findings.push(Finding::broken(
            "The plugin is not on this page.",
            "Add <script src=\"/js/cx-speechstorm.js\"></script> before the script of Widgets.",
        ));
    }
    if facts.tags.len() > 1 || facts.console.contains("is on this page twice") {
        let addresses: Vec<_> = facts.tags.iter().map(|tag| tag.src.as_str()).collect();
        findings.push(Finding::warning(
            format!("The plugin is on this page {} times: {}.", facts.tags.len().max(2), addresses.join(", ")),
            "Keep one script tag; the newest copy runs, the others only cost time.",
        ));
    }
    findings
}

/// The plugin's script is there, its file comes as it should, and yet nothing has come of it.
fn not_started(facts: &Facts) -> Finding {
    let error = facts.last_error().map(|error| format!(" The last error in the console: {error}")).unwrap_or_default();
    let Some(tag) = facts.tags.first().filter(|_| facts.plugin.is_none()) else {
        return Finding::broken(
            format!("The plugin has run, and is not on the bus.{error}"),
            "Let no script of the page throw before Widgets have started, nor change CXBus: correct the one that the error names.",
        );
    };
    let src = &tag.src;
    if facts.rivals.contains(src) {
        return Finding::broken(
            format!("{src} is not this plugin, but the script that it replaces."),
            "Put the file of this name from dist/ in its place.",
        );
    }
    if tag.integrity {
        return Finding::broken(
            format!("{src} has not run: its integrity attribute is that of another file."),
            "Write into it the integrity that manifest.json of the same release gives for this file.",
        );
    }
    Finding::broken(
        format!("{src} is there and has not run.{error}"),
        "Put the file of this name from dist/ there, as it is: what is served is another script, cut short, or changed.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::Severity;
    use super::super::facts::{Answer, Plugin, Report, Tag};
    use super::*;
    use url::Url;

    const SCRIPT: &str = "https://shop.example/js/cx-speechstorm.slim.js";
    const WASM: &str = "https://shop.example/js/cx-speechstorm-0123456789abcdef.wasm";
    const SERVER: &str = "https://ia.example:8054";

    fn answer(url: &str, headers: &[(&str, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Answer { url: url.into(), status: 200, headers, error: None }
    }

    fn tag(src: &str) -> Tag {
        Tag { src: src.into(), cors: false, integrity: false }
    }

    /// A page on which all is well.
    fn healthy() -> Facts {
        let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self' \
                      https://gms.example; frame-src https://ia.example:8054; form-action 'self'";
        Facts {
            answers: vec![
                answer("https://shop.example/", &[("content-security-policy", policy)]),
                answer(SCRIPT, &[("content-type", "text/javascript; charset=utf-8")]),
                answer(WASM, &[("content-type", "application/wasm")]),
            ],
            tags: vec![tag(SCRIPT)],
            plugin: Some(Plugin { version: "0.1.0".into(), started: true }),
            bus: true,
            base_url: Some(SERVER.into()),
            chat_url: Some("https://gms.example/genesys/2/chat/support".into()),
            messaging: answer(SERVER, &[("content-security-policy", "frame-ancestors https://shop.example")]),
            ..Facts::of(Url::parse("https://shop.example/").unwrap())
        }
    }

    /// The one finding.
    fn only(facts: &Facts) -> Finding {
        let found = findings(facts);
        assert_eq!(found.len(), 1, "{found:#?}");
        found[0].clone()
    }

    fn policy(facts: &mut Facts, policy: &str) {
        facts.answers[0].headers = vec![("content-security-policy".into(), policy.into())];
    }

    #[test]
    fn nothing_is_found_where_all_is_well() {
        assert_eq!(findings(&healthy()), []);
    }

    #[test]
    fn a_policy_without_webassembly_is_broken_or_slow() {
        let mut facts = healthy();
        policy(&mut facts, "script-src 'self'");
        let found = only(&facts);
        assert_eq!(found.severity, Severity::Broken);
        assert!(found.fix.contains("'wasm-unsafe-eval' to script-src"));
        let code = Report { code: "wasm_blocked".into(), message: "m".into(), ..Report::default() };
        facts.reports.push(code);
        assert_eq!(only(&facts), found, "said once");
        facts.reports.clear();
        facts.answers.push(answer("https://shop.example/js/cx-speechstorm.nowasm.js", &[]));
        assert_eq!(only(&facts).severity, Severity::Warning);
    }

    #[test]
    fn each_directive_that_lacks_a_server_is_named_with_the_server() {
        for (policy_text, launch, directive, origin) in [
            ("frame-src 'self'", "query", "frame-src", SERVER),
            ("frame-src https://ia.example", "query", "frame-src", SERVER),
            ("connect-src 'self'", "query", "connect-src", "https://gms.example"),
            ("connect-src https://gms.example", "ticket", "connect-src", SERVER),
            ("form-action 'self'", "post", "form-action", SERVER),
        ] {
            let mut facts = healthy();
            policy(&mut facts, policy_text);
            facts.launch = launch.into();
            let found = only(&facts);
            assert_eq!(found.fix, format!("Add {origin} to {directive} in the page's Content-Security-Policy."));
        }
        let mut facts = healthy();
        facts.meta_policies.push("child-src 'none'".into());
        assert!(only(&facts).fix.contains("frame-src"), "a policy in the document counts, too");
    }

    #[test]
    fn what_the_browser_has_refused_of_ours_is_named() {
        let mut facts = healthy();
        facts.refused.push(("script-src-elem".into(), SCRIPT.into()));
        facts.refused.push(("img-src".into(), "https://ads.example/pixel.gif".into()));
        assert!(only(&facts).fix.starts_with("Add https://shop.example to script-src in"));
    }

    #[test]
    fn files_that_come_wrong() {
        let with = |file: usize, status: u16, headers: &[(&str, &str)]| {
            let mut facts = healthy();
            let url = facts.answers[file].url.clone();
            facts.answers[file] = Answer { status, ..answer(&url, headers) };
            only(&facts)
        };
        assert!(with(1, 404, &[]).what.contains("answers 404"));
        assert_eq!(with(1, 200, &[("content-type", "text/plain")]).severity, Severity::Warning);
        let strict = [("content-type", "text/plain"), ("x-content-type-options", "nosniff")];
        assert_eq!(with(1, 200, &strict).severity, Severity::Broken);
        assert!(with(2, 404, &[]).fix.contains("beside the script"));
        assert!(with(2, 200, &[("content-type", "text/html")]).what.contains("HTML page"));
        assert_eq!(with(2, 200, &[("content-type", "application/octet-stream")]).severity, Severity::Warning);
    }

    #[test]
    fn files_of_another_origin_must_be_shared_where_the_browser_reads_them() {
        let mut facts = healthy();
        let script = SCRIPT.replace("shop", "cdn");
        facts.answers[1] = answer(&script, &[("content-type", "text/javascript")]);
        facts.tags = vec![tag(&script)];
        assert_eq!(findings(&facts), []);
        facts.tags[0].cors = true;
        assert!(only(&facts).fix.contains("Access-Control-Allow-Origin: https://shop.example"));
        for origin in ["*", "https://shop.example"] {
            let mut facts = facts.clone();
            facts.answers[1].headers.push(("access-control-allow-origin".into(), origin.into()));
            assert_eq!(findings(&facts), []);
        }
    }

    #[test]
    fn a_messaging_server_that_must_not_be_framed() {
        for (name, value, part) in [
            ("content-security-policy", "frame-ancestors 'none'", "frame-ancestors"),
            ("content-security-policy", "frame-ancestors https://shop.example:8443", "frame-ancestors"),
            ("x-frame-options", "DENY", "X-Frame-Options: DENY"),
            ("x-frame-options", "sameorigin", "X-Frame-Options: SAMEORIGIN"),
        ] {
            let mut facts = healthy();
            facts.messaging = answer(SERVER, &[(name, value)]);
            let found = only(&facts);
            assert!(found.what.contains(part) && found.fix.contains("frame-ancestors https://shop.example"), "{found}");
        }
        // Where there are both, the newer one counts; where there is neither, everybody may.
        for headers in [&[("content-security-policy", "frame-ancestors *"), ("x-frame-options", "DENY")][..], &[]] {
            let mut facts = healthy();
            facts.messaging = answer(SERVER, headers);
            assert_eq!(findings(&facts), []);
        }
    }

    #[test]
    fn a_messaging_server_that_does_not_answer_or_is_not_named() {
        let mut facts = healthy();
        facts.messaging = Answer { error: Some("refused".into()), ..Answer::default() };
        assert!(only(&facts).what.contains("does not answer: refused"));
        let mut facts = healthy();
        facts.base_url = None;
        facts.messaging = Answer { status: 404, ..answer("https://shop.example/", &[]) };
        policy(&mut facts, "script-src 'self' 'wasm-unsafe-eval'");
        assert!(only(&facts).fix.starts_with("Set speechstorm.baseURL"));
    }

    #[test]
    fn an_isolated_page_needs_a_server_that_agrees() {
        let mut facts = healthy();
        facts.answers[0].headers.push(("cross-origin-embedder-policy".into(), "require-corp".into()));
        assert!(only(&facts).fix.contains("Cross-Origin-Resource-Policy: cross-origin"));
        for (name, value) in
            [("cross-origin-embedder-policy", "require-corp"), ("cross-origin-resource-policy", "cross-origin")]
        {
            facts.messaging.headers.push((name.into(), value.into()));
        }
        assert_eq!(findings(&facts), []);
    }

    #[test]
    fn an_encrypted_page_loads_nothing_unencrypted_but_from_this_machine() {
        let mut facts = healthy();
        policy(&mut facts, "script-src 'self' 'wasm-unsafe-eval'");
        facts.base_url = Some("http://127.0.0.1:8054".into());
        assert_eq!(findings(&facts), []);
        facts.base_url = Some("http://ia.example:8054".into());
        assert_eq!(only(&facts).fix, "Have ia.example:8054 serve it over https, and use https in speechstorm.baseURL.");
    }

    #[test]
    fn what_is_missing_or_too_many_on_the_page() {
        let mut facts = healthy();
        facts.bus = false;
        assert!(only(&facts).what.contains("no CXBus"));
        let mut facts = healthy();
        facts.tags.push(facts.tags[0].clone());
        assert_eq!(only(&facts).severity, Severity::Warning);
        let mut facts = healthy();
        (facts.tags, facts.plugin) = (Vec::new(), None);
        assert!(only(&facts).fix.contains("<script src="));
        let mut facts = healthy();
        facts.plugin = Some(Plugin { version: "0.1.0".into(), started: false });
        assert_eq!(only(&facts).severity, Severity::Broken);
    }

    #[test]
    fn a_left_over_filter_is_named_once_and_other_reports_are_passed_on() {
        let mut facts = healthy();
        facts.filters.push("^microapp:".into());
        facts.reports.push(Report { code: "filter_in_the_way".into(), message: "m".into(), ..Report::default() });
        assert!(only(&facts).what.contains("/^microapp:/"));
        let mut facts = healthy();
        facts.reports.push(Report {
            code: "bad_base_url".into(),
            message: "It is wrong.".into(),
            remedy: "Right it.".into(),
            faults: Vec::new(),
        });
        assert_eq!(only(&facts), Finding::broken("bad_base_url: It is wrong.", "Right it."));
        facts.reports[0].faults =
            vec![("placement".into(), "panel or dock".into()), ("consent".into(), "a boolean".into())];
        assert_eq!(
            only(&facts).fix,
            "speechstorm.placement must be panel or dock; speechstorm.consent must be a boolean."
        );
    }
}
