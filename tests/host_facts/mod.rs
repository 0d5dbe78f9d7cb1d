//! What the tables of docs/host.md must have, as data: how many facts, outcomes and options there are. The notes and the document
//! that they come from are no part of the project.

/// Section of the bus facts → how many it has: the points of its list, or its paragraphs where there is none.
pub const BUS_FACTS: [(&str, usize); 18] = [
    ("0", 15),
    ("1.1", 5),
    ("1.2", 6),
    ("1.3", 7),
    ("1.4", 4),
    ("1.5", 7),
    ("1.6", 2),
    ("2", 13),
    ("3", 10),
    ("4", 10),
    ("4.1", 6),
    ("5", 13),
    ("6.1", 10),
    ("6.2", 1),
    ("6.3", 3),
    ("6.4", 4),
    ("7", 6),
    ("8", 7),
];

/// The same of the transport facts, by the points of their notes; one point may have several rows.
pub const TRANSPORT_FACTS: [(&str, usize); 22] = [
    ("1", 8),
    ("1.1", 17),
    ("1.2", 5),
    ("1.3", 15),
    ("2.1", 6),
    ("2.2", 11),
    ("2.3", 4),
    ("2.4", 3),
    ("2.5", 8),
    ("2.6", 8),
    ("2.7", 7),
    ("2.8", 13),
    ("2.9", 2),
    ("2.10", 5),
    ("2.11", 1),
    ("3.1", 5),
    ("3.2", 10),
    ("3.3", 7),
    ("3.4", 7),
    ("3.5", 6),
    ("3.6", 5),
    ("3.7", 5),
];

/// Command → how many outcomes it has: those of the document, and those that were seen beyond it.
pub const OUTCOMES: [(&str, usize); 30] = [
    ("configure", 2),
    ("startChat", 8),
    ("endChat", 5),
    ("sendMessage", 6),
    ("sendCustomNotice", 3),
    ("sendTyping", 3),
    ("sendFilteredMessage", 2),
    ("addPrefilter", 3),
    ("updateUserData", 4),
    ("poll", 5),
    ("startPoll", 4),
    ("stopPoll", 4),
    ("resetPollExceptions", 2),
    ("restore", 7),
    ("getTranscript", 1),
    ("getAgents", 1),
    ("getStats", 1),
    ("sendFile", 5),
    ("getFileLimits", 3),
    ("downloadFile", 3),
    ("getSessionData", 3),
    ("fetchHistory", 5),
    ("asyncRestore", 1),
    ("updateInteractionData", 1),
    ("pausePoll", 1),
    ("continuePoll", 1),
    ("registerTypingPreviewInput", 2),
    ("registerPreProcessor", 2),
    ("verifySession", 1),
    ("wake", 3),
];

/// The configuration options of the document.
pub const OPTIONS: [&str; 13] = [
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
];

/// Command → its options in the document, of which `updateUserData` has one without a name.
pub const COMMAND_OPTIONS: [(&str, &str); 19] = [
    ("startChat", "`nickname`"),
    ("startChat", "`firstname`"),
    ("startChat", "`lastname`"),
    ("startChat", "`email`"),
    ("startChat", "`subject`"),
    ("startChat", "`userData`"),
    // Of the transport facts, 1.1.
    ("startChat", "`interactionData`"),
    ("sendMessage", "`message`"),
    ("sendCustomNotice", "`message`"),
    ("sendTyping", "`message`"),
    ("sendFilteredMessage", "`message`"),
    ("sendFilteredMessage", "`regex`"),
    ("addPrefilter", "`filters`"),
    ("updateUserData", "the object itself"),
    ("restore", "`sessionData`"),
    ("sendFile", "`files`"),
    ("downloadFile", "`fileId`"),
    ("registerTypingPreviewInput", "`input`"),
    ("registerPreProcessor", "`preprocessor`"),
];

/// What the window does beside its options.
pub const OF_THE_WINDOW: [&str; 6] =
    ["keyboard and screen readers", "typing preview", "themes", "a lost network", "a failed start", "pictures"];

/// Options that the product has not.
pub const OF_THE_HOST: [&str; 6] = [
    "main.emulate",
    "webchat.legacyFilters",
    "webchat.pollTick",
    "webchat.typingTimeout",
    "webchat.agentTypingTimeout",
    "webchat.async.pageSize",
];
