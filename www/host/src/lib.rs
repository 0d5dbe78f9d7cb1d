//! An open implementation of the page side of the chat bus contract.
