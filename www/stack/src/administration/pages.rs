//! The pages of the administration.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::SETTINGS;
use crate::messaging_server::callflow::model::{Callflow, Variable};

/// A setting on its page.
pub(super) struct Row {
    /// Its name.
    pub(super) name: &'static str,
    /// Whether its value is never shown.
    pub(super) is_password: bool,
    /// Whether the file sets it.
    pub(super) is_set: bool,
    /// What the file says.
    pub(super) saved: String,
    /// What the Messaging Server goes by.
    pub(super) running: String,
    /// What counts where the file says nothing.
    pub(super) default: String,
    /// Whether a restart would change something.
    pub(super) waits: bool,
    /// What is wrong with what was posted.
    pub(super) fault: Option<String>,
}

fn page(status: StatusCode, title: &str, content: &Markup) -> Response {
    let link = |href: &str, text: &str| {
        html! { a href=(href) aria-current=[(text == title).then_some("page")] { (text) } }
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " – Administration" }
                link rel="stylesheet" href="/administration/style.css";
            }
            body {
                header {
                    p { "Administration" }
                    nav aria-label="Administration" {
                        (link("/administration/applications", "Application Details"))
                        (link(SETTINGS, "Default Server Settings"))
                        a href="/" { "Agent desk" }
                    }
                }
                main { h1 { (title) } (content) }
            }
        }
    };
    (status, Html(page.into_string())).into_response()
}

/// For whoever has not logged in.
pub(super) fn log_in() -> Response {
    page(
        StatusCode::UNAUTHORIZED,
        "Log in",
        &html! { p data-testid="log-in" { "Sign in at the " a href="/" { "agent desk" } ", and then open this page again." } },
    )
}

/// *Default Server Settings*.
pub(super) fn settings(status: StatusCode, rows: &[Row], can_change: bool) -> Response {
    let waits = rows.iter().any(|row| row.waits);
    let faults = rows.iter().any(|row| row.fault.is_some());
    page(
        status,
        "Default Server Settings",
        &html! {
            @if faults { p.fault role="alert" { "Nothing was saved. Please check the marked settings." } }
            @if waits && !faults {
                p.waits role="status" data-testid="restart" { "Saved. Restart Messaging Server for the changes to take effect." }
            }
            @if !can_change {
                p.waits { "These are the settings in force. To change them here, start the stack with --server-settings FILE." }
            }
            form #settings method="post" action=(SETTINGS) {}
            table {
                thead { tr { th scope="col" { "Setting" } th scope="col" { "Value" } th scope="col" { "In force" } td {} } }
                tbody {
                    @for row in rows { (setting(row, can_change)) }
                }
            }
            @if can_change { button.primary type="submit" form="settings" data-testid="save" { "Save" } }
        },
    )
}

fn setting(row: &Row, can_change: bool) -> Markup {
    let fault_id = row.fault.as_ref().map(|_| format!("{}-fault", row.name));
    let placeholder =
        if row.is_password { if row.is_set { "••••••" } else { "" } } else { row.default.as_str() };
    html! {
        tr.waiting[row.waits] {
            th scope="row" { label for=(row.name) { (row.name) } }
            td {
                input id=(row.name) name=(row.name) form="settings" type=(if row.is_password { "password" } else { "text" })
                    value=[(!row.saved.is_empty()).then_some(&row.saved)] placeholder=(placeholder)
                    autocomplete="off" disabled[!can_change]
                    aria-describedby=[fault_id.as_deref()] aria-invalid=[fault_id.as_ref().map(|_| "true")];
                @if let (Some(fault), Some(id)) = (&row.fault, &fault_id) { p.fault id=(id) { (fault) } }
            }
            td data-label="In force" { @if row.is_password { "–" } @else if row.running.is_empty() { "(empty)" } @else { (row.running) } }
            td {
                @if can_change && row.is_set {
                    form method="post" action=(SETTINGS) {
                        button.remove type="submit" name="remove" value=(row.name) aria-label={ "remove " (row.name) } { "remove" }
                    }
                }
            }
        }
    }
}

/// *Application Details* of all applications.
pub(super) fn applications(flows: &[Arc<Callflow>]) -> Response {
    page(
        StatusCode::OK,
        "Application Details",
        &html! {
            @for flow in flows {
                section {
                    h2 { (flow.application.name) }
                    dl {
                        div { dt { "Token, test version" } dd { code { (flow.application.test_token) } } }
                        div { dt { "Token, production version" } dd { code { (flow.application.production_token) } } }
                        div { dt { "Steps" } dd { (flow.application.steps.join(", ")) } }
                        div { dt { "Languages" } dd { (flow.application.languages.join(", ")) } }
                        div {
                            dt { "Start block" }
                            dd {
                                @if flow.start.variables.is_empty() { "no variables" }
                                @for (name, variable) in &flow.start.variables {
                                    p {
                                        code { (name) } ": " (variable.get_ref().kind.name())
                                        @if !variable.get_ref().options.is_empty() { " " (values(variable.get_ref())) }
                                        @if variable.get_ref().required { ", required" }
                                    }
                                }
                            }
                        }
                        div {
                            dt { "Request" }
                            dd { pre { (request(flow)) } }
                        }
                    }
                }
            }
        },
    )
}

/// What a variable may be, as a list.
fn values(variable: &Variable) -> String {
    let values: Vec<&str> = variable.options.iter().map(|option| option.value.as_str()).collect();
    format!("({})", values.join(", "))
}

/// A request for an agent to fill in.
fn request(flow: &Callflow) -> String {
    let first = format!("microapp://app/{}/{}", flow.application.test_token, flow.application.name);
    let parameters = flow.start.variables.keys().map(|name| format!("\n{name}="));
    std::iter::once(first).chain(parameters).collect()
}
