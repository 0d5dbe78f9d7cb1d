//! What the page's Content-Security-Policy lets the plugin do.

use super::facts::Facts;
use super::{Finding, fallback};
use content_security_policy::{
    CheckResult, CspList, Destination, Initiator, NavigationCheckType, ParserMetadata, Policy, PolicyDisposition,
    PolicySource, Request,
};
use url::Url;

/// The page's policies that are enforced.
fn policies(facts: &Facts) -> CspList {
    let mut list = CspList(Vec::new());
    let headers = facts.answers.first().into_iter().flat_map(|page| page.all("content-security-policy"));
    for header in headers {
        list.append(CspList::parse(header, PolicySource::Header, PolicyDisposition::Enforce));
    }
    for meta in &facts.meta_policies {
        list.push(Policy::parse(meta, PolicySource::Meta, PolicyDisposition::Enforce));
    }
    list
}

/// Everything in which the policy stands in the way.
pub(super) fn findings(facts: &Facts) -> Vec<Finding> {
    let list = policies(facts);
    let mut findings = Vec::new();
    wasm(facts, &list, &mut findings);
    refused(facts, &mut findings);
    if let Some(messaging) = facts.messaging_url() {
        let why = "MicroApps are not shown";
        findings.extend(fetch(facts, &list, &messaging, Destination::IFrame, why));
        if facts.launch == "ticket" {
            let why = "the plugin gets no tickets for launches";
            findings.extend(fetch(facts, &list, &messaging, Destination::None, why));
        }
        if facts.launch == "post" {
            findings.extend(form(facts, &list, &messaging));
        }
    }
    if let Some(chat) = facts.chat_url.as_ref().and_then(|url| facts.page.join(url).ok()) {
        findings.extend(fetch(facts, &list, &chat, Destination::None, "the chat does not work"));
    }
    findings
}

fn wasm(facts: &Facts, list: &CspList, findings: &mut Vec<Finding>) {
    if list.is_wasm_evaluation_allowed().0 == CheckResult::Allowed {
        return;
    }
    let fix = "Add 'wasm-unsafe-eval' to script-src in the page's Content-Security-Policy.";
    findings.push(match fallback::missing(facts) {
        None => Finding::warning(
            "The page's policy refuses WebAssembly; the plugin runs as JavaScript, which is larger.",
            fix,
        ),
        Some((why, or)) => Finding::broken(
            format!("The page's policy refuses WebAssembly, so the plugin cannot run. {why}"),
            format!("{fix} Or {or}."),
        ),
    });
}

/// What the browser itself has said it refused of the plugin's files.
fn refused(facts: &Facts, findings: &mut Vec<Finding>) {
    for (directive, address) in &facts.refused {
        let is_ours = address.contains("cx-speechstorm") || facts.tags.iter().any(|tag| tag.has_language(address));
        if !is_ours || fallback::is(address) {
            continue;
        }
        // The script's own name is the more exact one, but the directive that everybody writes does as well.
        let directive = directive.trim_end_matches("-elem");
        let origin = Url::parse(address).map_or_else(|_| address.clone(), |url| url.origin().ascii_serialization());
        let finding = Finding::broken(
            format!("The page's policy refuses {address} ({directive})."),
            format!("Add {origin} to {directive} in the page's Content-Security-Policy{}.", nonce_hint(directive)),
        );
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
}

fn nonce_hint(directive: &str) -> &'static str {
    if directive == "script-src" { ", or the page's nonce to the script tag" } else { "" }
}

fn request(facts: &Facts, url: &Url, destination: Destination) -> Request {
    Request {
        url: url.clone(),
        current_url: url.clone(),
        origin: facts.page.origin(),
        redirect_count: 0,
        destination,
        initiator: Initiator::None,
        nonce: String::new(),
        integrity_metadata: String::new(),
        parser_metadata: ParserMetadata::None,
    }
}

fn fetch(facts: &Facts, list: &CspList, url: &Url, destination: Destination, why: &str) -> Option<Finding> {
    let (_, violations) = list.should_request_be_blocked(&request(facts, url, destination));
    let directive = &violations.first()?.directive;
    Some(add(&directive.name, &directive.value, url, why))
}

fn form(facts: &Facts, list: &CspList, url: &Url) -> Option<Finding> {
    let mut request = request(facts, url, Destination::IFrame);
    let (_, violations) =
        list.should_navigation_request_be_blocked(&mut request, NavigationCheckType::FormSubmission, |_| None);
    let directive = &violations.first()?.policy.directive_set.iter().find(|one| one.name == "form-action")?;
    Some(add(&directive.name, &directive.value, url, "launches by post do not arrive"))
}

fn add(directive: &str, value: &[String], url: &Url, why: &str) -> Finding {
    let origin = url.origin().ascii_serialization();
    Finding::broken(
        format!("The page's policy has no {origin} in {directive} ({}): {why}.", value.join(" ")),
        format!("Add {origin} to {directive} in the page's Content-Security-Policy."),
    )
}

/// Whether a page of `page` may frame what was answered with these policies.
pub(super) fn may_frame<'a>(policies: impl Iterator<Item = &'a str>, server: &Url, page: &Url) -> Option<bool> {
    let mut list = CspList(Vec::new());
    for policy in policies {
        list.append(CspList::parse(policy, PolicySource::Header, PolicyDisposition::Enforce));
    }
    if !list.0.iter().any(|policy| policy.contains_a_directive_whose_name_is("frame-ancestors")) {
        return None;
    }
    let response = content_security_policy::Response { url: server.clone(), redirect_count: 0 };
    let parents = vec![page.clone()];
    let (result, _) =
        list.should_navigation_response_to_navigation_request_be_blocked(&response, &server.origin(), &parents);
    Some(result == CheckResult::Allowed)
}
