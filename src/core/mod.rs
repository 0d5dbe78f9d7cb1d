//! The pure half of the plugin: grammar, URLs, protocol, state machine and ledger, with no web type in it.
