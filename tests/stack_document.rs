//! docs/stack.md says what is tested: no empty cell, no row without a test, no test that is not there.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(dead_code, reason = "other tests use the rest of it")]
mod names;

use names::{is_test, read};

/// The sections that follow a document of the vendor's, in the order of issue and documents: Chat Immediate, Chat Support,
/// ESP requests, WebIVR MicroApps, WebChatService.
const DOCUMENTS: [&str; 5] =
    ["GMS v1 and Chat Immediate", "GMS deployment", "ESP", "Messaging Server and MicroApps", "WebChatService"];

/// What has a name in them: the heading below which it is looked for, and steps, options, parameters, settings, responses and
/// events in the order of the document. A row has a name when its first cell has each part of it: a word as code or as the whole
/// cell, several words somewhere in its text.
const NAMES: [(&str, &str, &[&str]); 19] = [
    (
        "GMS v1 and Chat Immediate",
        "Scenario",
        &[
            "returns the URL to initiate the chat",
            "waits for the chat to arrive",
            "initiates the chat",
            "locates the service of the chat",
            "delegates the chat to the Callback service",
            "reserves a target",
            "routes the chat to the target",
            "it terminates",
        ],
    ),
    (
        "GMS v1 and Chat Immediate",
        "Acceptance of a chat interaction",
        &["the script object", "app_find_agent_timeout", "app_selected_agent_group", "a queue that uses the script"],
    ),
    (
        "GMS v1 and Chat Immediate",
        "Options of a service",
        &[
            "Configured Services",
            "_media_type",
            "_wait_for_agent",
            "_wait_for_user_confirm",
            "_ttl",
            "_type",
            "_use_debug_push_certificate",
            "_target + types A, AP, GA, GP, GC",
            "_target + skill expression",
            "_target + a JSON list of up to 15",
            "timeout",
            "stat_to_check",
            "stat_operator",
            "stat_value",
            "RStatAgentsReadyvoice",
            "RStatAgentsReady",
            "RStatAgentsTotal",
            "clear",
            "_urs_queued_ttl",
            "_urs_virtual_queue",
            "_urs_prioritization_strategy",
            "_urs_strategy_update_sub_routine",
        ],
    ),
    (
        "GMS v1 and Chat Immediate",
        "Request and response",
        &[
            "POST …/service/callback/{service}",
            "gms_user",
            "_customer_number",
            "usr_customer_name",
            "usr_reason",
            "_device_notification_id",
            "_device_os",
            "response headers",
            "Set-Cookie",
            "_dialog_id",
            "_action",
            "_label",
            "_start_chat_url",
            "_comet_url",
            "_user_header",
            "_id_to_jump_before",
            "_chat_parameters",
            "_id",
        ],
    ),
    (
        "GMS deployment",
        "Options of GMS",
        &[
            "[chat] + chat_load_balancer_url_path",
            "[chat] + chat_session_request_timeout",
            "[chat] + ixn_server_submit_queue",
            "[service.request-chat-poll] + service",
            "[service.request-chat-poll] + ttl",
            "[service.request-chat-poll] + type",
            "[service.request-chat-poll] + chat_endpoint",
            "[service.request-chat-poll] + internal_api_url_base",
            "[service.request-chat-poll] + default_poke_message",
            "[service.request-chat-poll] + iws_plugin_url",
            "[service.request-chat-poll] + iws_plugin_view_name",
        ],
    ),
    (
        "GMS deployment",
        "Web API Server and load balancing",
        &[
            "connected to the Web API Server",
            "at least one Chat Server",
            "several primaries are balanced",
            "connection protocol http",
            "each has a warm standby",
            "ChatLBServerInfo.jsp",
        ],
    ),
    (
        "GMS deployment",
        "Chat Server and high availability",
        &[
            "connection to Interaction Server",
            "listening port for the Web API Server",
            "backup server",
            "redundancy type Warm Standby",
            "repeated for each primary",
            "[endpoints:1] + default",
            "[settings] + session-restoration-mode",
            "[settings] + transcript-auto-save",
        ],
    ),
    (
        "ESP",
        "Prerequisites and steps",
        &[
            "connected to the port “ESP”",
            "UData['IsOnline'] != '0'",
            "UData['ChatServerAppName']",
            "application type ChatServer",
            "its name",
            "service name",
            "Don't send user data",
            "method name",
        ],
    ),
    ("ESP", "Methods and parameters", &METHODS),
    (
        "Messaging Server and MicroApps",
        "Prerequisites",
        &[
            "Intelligent Automation with Messaging Server",
            "Workspace",
            "Genesys Widgets",
            "Chat Server",
            "Interaction Server",
            "Knowledge Manager",
            "Genesys Mobile Services",
            "Configuration Server",
            "versions that the document names",
        ],
    ),
    (
        "Messaging Server and MicroApps",
        "Update Widgets",
        &[
            "fish-messaging/widgets",
            "cx-speechstorm.css + cx-speechstorm.js",
            "index.html",
            "sChatServerUrl",
            "sSpeechStormServer",
        ],
    ),
    (
        "Messaging Server and MicroApps",
        "Default server settings",
        &[
            "log in to Intelligent Automation",
            "Administration > Default Server Settings",
            "GenesysSDK.ConfigServer.ClientApplicationName",
            "GenesysSDK.ConfigServer.LoginAsApplication",
            "GenesysSDK.ConfigServer.Password",
            "GenesysSDK.ConfigServer.Server.Host",
            "GenesysSDK.ConfigServer.Server.Port",
            "GenesysSDK.ConfigServer.Username",
            "GenesysSDK.InteractionServer.ClientName",
            "GenesysSDK.InteractionServer.MediaType",
            "GenesysSDK.ServerCommunication.AttachedData.IgnoreFailures",
            "GenesysSDK.ServerCommunication.ConnectionTimeoutMillis",
            "GenesysSDK.Widgets.ProgressNotifier.Nickname",
            "*remove*",
            "restart Messaging Server",
        ],
    ),
    (
        "Messaging Server and MicroApps",
        "Using MicroApps",
        &[
            "microapp://app/TOKEN",
            "/Payment",
            "AccountNumber=1234567",
            "Amount=USD77.80",
            "two tokens",
            "the **Start** block",
            "standard responses in Knowledge Manager",
        ],
    ),
    (
        "Messaging Server and MicroApps",
        "Detailed process summary",
        &[
            "1: the agent sends the MicroApp URL",
            "2: the customer does not see it",
            "3: the request goes to Messaging Server",
            "4: attached data are read",
            "5: the transcript is fetched",
            "6: the matching message is found",
            "7: status messages to the agent",
            "8: data attached to the interaction",
            "9: a status message at the end",
            "chat goes on meanwhile",
        ],
    ),
    ("WebChatService", "", &["Overview, usage", "Namespace", "Configuration", "Options", "API commands", "API events"]),
    (
        "WebChatService",
        "WebChatService: options",
        &[
            "transport",
            "transport.type",
            "transport.dataURL",
            "transport.deploymentKey",
            "transport.orgGuid",
            "transport.pagination",
            "transport.maxMessagePageSize",
            "transport.interactionData.routing.targetType",
            "transport.interactionData.routing.targetAddress",
            "transport.interactionData.routing.priority",
            "transport.interactionData.routing.skills",
            "transport.interactionData.routing.language",
            "userData",
        ],
    ),
    (
        "WebChatService",
        "WebChatService: parameters of commands",
        &[
            "startChat + nickname",
            "startChat + firstname",
            "startChat + lastname",
            "startChat + email",
            "startChat + subject",
            "startChat + userData",
            "sendMessage + message",
            "sendCustomNotice + message",
            "sendTyping + Message",
            "sendFilteredMessage + message",
            "sendFilteredMessage + regex",
            "addPrefilter + filters",
            "updateUserData",
            "restore + sessionData",
            "sendFile + files",
            "downloadFile + fileId",
            "registerTypingPreviewInput + input",
            "registerPreProcessor + preprocessor",
        ],
    ),
    (
        "WebChatService",
        "WebChatService: responses of commands",
        &[
            "configure",
            "startChat + resolved: session started",
            "startChat + rejected: already active",
            "startChat + rejected: AJAX exception",
            "startChat + rejected: server exception",
            "startChat + rejected: `userData` invalid",
            "endChat + resolved: session ended",
            "endChat + rejected: no chat",
            "sendMessage + resolved: message sent",
            "sendMessage + rejected: no text",
            "sendMessage + rejected: no chat",
            "sendMessage + rejected: AJAX exception",
            "sendCustomNotice + resolved: notice sent",
            "sendCustomNotice + rejected: AJAX exception",
            "sendCustomNotice + rejected: not supported",
            "sendTyping + resolved: request successful",
            "sendTyping + rejected: AJAX exception",
            "sendTyping + rejected: no chat",
            "sendFilteredMessage + resolved: active session",
            "sendFilteredMessage + rejected: no chat",
            "addPrefilter + resolved: valid filters",
            "addPrefilter + rejected: invalid filters",
            "updateUserData + resolved: data sent",
            "updateUserData + rejected: AJAX exception",
            "updateUserData + resolved: no session yet",
            "updateUserData + rejected: not supported",
            "poll + resolved: active session",
            "poll + rejected: access denied",
            "poll + rejected: previous poll",
            "poll + rejected: not supported",
            "startPoll + resolved: active session",
            "startPoll + rejected: no chat",
            "startPoll + rejected: not supported",
            "stopPoll + resolved: active session",
            "stopPoll + rejected: no chat",
            "stopPoll + rejected: not supported",
            "resetPollExceptions + resolved: always",
            "resetPollExceptions + rejected: not supported",
            "restore + resolved: session found",
            "restore + rejected: cannot be found",
            "restore + rejected: in progress",
            "restore + rejected: already active",
            "restore + rejected: access denied",
            "getTranscript + resolved: always",
            "getAgents + resolved: always",
            "getStats + resolved: always",
            "sendFile + resolved: valid file",
            "sendFile + rejected: invalid type",
            "sendFile + rejected: number exceeded",
            "sendFile + rejected: size exceeded",
            "sendFile + rejected: unknown error",
            "sendFile + rejected: not supported",
            "downloadFile + resolved: file downloaded",
            "getSessionData + resolved: over GMS",
            "getSessionData + resolved: over v3",
            "getSessionData + rejected: never",
            "fetchHistory + resolved: old messages",
            "fetchHistory + rejected: request fails",
            "fetchHistory + rejected: not asynchronous",
            "fetchHistory + rejected: all received",
            "registerTypingPreviewInput + resolved: valid input",
            "registerTypingPreviewInput + rejected: invalid input",
            "registerPreProcessor + resolved: valid function",
            "registerPreProcessor + rejected: invalid function",
            "verifySession + resolved: sessionActive",
        ],
    ),
    (
        "WebChatService",
        "WebChatService: events",
        &[
            "Started",
            "restoreTimeout",
            "restoreFailed",
            "restored",
            "reconnected",
            "ready",
            "messageReceived",
            "error",
            "ended",
            "disconnected",
            "clientTypingStarted",
            "clientTypingStopped",
            "clientConnected",
            "clientDisconnected",
            "agentConnected",
            "agentDisconnected",
            "agentTypingStarted",
            "agentTypingStopped",
            "agentTypingTimeout",
        ],
    ),
];

/// What a workflow may ask for.
const METHODS: [&str; 19] = [
    "Message + MessageText",
    "Message + MessageType",
    "Message + Nickname",
    "Message + Visibility",
    "Notice + NoticeType",
    "Notice + NoticeText",
    "Notice + Nickname",
    "Notice + Visibility",
    "IdleControlConfigure + reset-parameters",
    "IdleControlConfigure + enabled",
    "IdleControlConfigure + include-notices",
    "IdleControlConfigure + message-alert",
    "IdleControlConfigure + message-alert2",
    "IdleControlConfigure + message-close",
    "IdleControlConfigure + timeout-alert",
    "IdleControlConfigure + timeout-alert2",
    "IdleControlConfigure + timeout-close",
    "ConfigureSession + GCTI_LanguageCode",
    "ConfigureSession + GCTI_LanguageName",
];

/// Whether the first cell of a row has all parts of a name.
fn is_about(cell: &str, name: &str) -> bool {
    let code: Vec<_> = cell.split('`').skip(1).step_by(2).collect();
    name.split(" + ").all(|part| code.contains(&part) || cell == part || part.contains(' ') && cell.contains(part))
}

/// The lines below a heading and, if it is not empty, a smaller heading within them.
fn below<'a>(text: &'a str, document: &str, heading: &str) -> Vec<&'a str> {
    let of = |lines: Vec<&'a str>, mark: &str, name: &str| -> Vec<&'a str> {
        let rest = lines.into_iter().skip_while(|line| *line != format!("{mark}{name}")).skip(1);
        rest.take_while(|line| !line.starts_with(mark)).collect()
    };
    let lines = of(text.lines().collect(), "## ", document);
    if heading.is_empty() { lines } else { of(lines, "### ", heading) }
}

/// The names of the documents for which a text has no row where it should be.
fn missing(text: &str) -> Vec<&'static str> {
    let no_row = |(document, heading, names): &(&str, &str, &'static [&'static str])| {
        let lines = below(text, document, heading);
        let rows = rows(heading, &lines);
        names.iter().copied().filter(|name| !rows.iter().any(|row| is_about(row[0], name))).collect::<Vec<_>>()
    };
    NAMES.iter().flat_map(no_row).collect()
}

/// The rows of all tables below a heading of the document, each with its cells.
fn rows<'a>(section: &'a str, lines: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut rows = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with('|')) {
        let head = lines.get(at + 1).is_some_and(|next| next.starts_with("| ---"));
        if head || line.starts_with("| ---") {
            continue;
        }
        let inner = line.strip_prefix('|').and_then(|line| line.strip_suffix('|'));
        rows.push(inner.unwrap_or_else(|| panic!("{section}: {line}")).split('|').map(str::trim).collect());
    }
    rows
}

/// What is wrong with a row, if anything.
fn fault(row: &[&str]) -> Option<String> {
    if let Some(at) = row.iter().position(|cell| cell.is_empty()) {
        return Some(format!("cell {} is empty", at + 1));
    }
    let links: Vec<_> = row.last()?.split("[`").skip(1).collect();
    if links.is_empty() {
        return Some("no test".into());
    }
    links.into_iter().find_map(|link| {
        let Some((name, rest)) = link.split_once("`](../") else { return Some(format!("no link to a test: {link}")) };
        let file = rest.split(')').next().unwrap();
        (!is_test(&read(file), name)).then(|| format!("{file} has no test {name}"))
    })
}

#[test]
fn every_line_of_the_stack_has_a_test() {
    let text = read("docs/stack.md");
    let (mut count, mut sections) = (0, Vec::new());
    for section in text.split("\n## ").skip(1) {
        let lines: Vec<_> = section.lines().collect();
        let heading = lines[0];
        let rows = rows(heading, &lines);
        assert!(!rows.is_empty(), "{heading} has no rows");
        for row in &rows {
            if let Some(fault) = fault(row) {
                panic!("{heading}, {}: {fault}", row[0]);
            }
        }
        count += rows.len();
        sections.push(heading);
    }
    assert!(count > 60, "{count} rows");
    for document in DOCUMENTS {
        assert!(sections.contains(&document), "no section {document}");
    }
}

#[test]
fn every_name_of_the_documents_has_its_row() {
    let text = read("docs/stack.md");
    assert_eq!(missing(&text), Vec::<&str>::new());
    // Each has a row of its own: whichever is taken away is missed.
    for (document, heading, names) in NAMES {
        let lines = below(&text, document, heading);
        for name in names {
            let about = |line: &&str| line.split('|').nth(1).is_some_and(|cell| is_about(cell.trim(), name));
            let line = lines.iter().copied().find(about).unwrap();
            assert!(missing(&text.replace(line, "")).contains(name), "{document}, {name}: nobody misses {line}");
        }
    }
}

#[test]
fn what_is_missing_is_noticed() {
    let test = "[`every_line_of_the_stack_has_a_test`](../tests/stack_document.rs)";
    assert_eq!(fault(&["a", "b", test]), None);
    assert!(fault(&["a", "", test]).is_some_and(|fault| fault.contains("empty")));
    assert!(fault(&["a", "b", "soon"]).is_some_and(|fault| fault.contains("no test")));
    assert!(
        fault(&["a", "b", "[`fault`](../tests/stack_document.rs)"])
            .is_some_and(|fault| fault.contains("no test fault"))
    );
    let section = "Name\n\n| a | b |\n| --- | --- |\n| 1 |  |\n";
    let lines: Vec<_> = section.lines().collect();
    assert_eq!(rows("Name", &lines), [["1", ""]]);
}
