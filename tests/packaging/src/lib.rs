//! What the tests of the published files share: a server that serves them under chosen conditions, pages that embed them in
//! chosen ways, and the customer who goes from page to page and is asked to pay on each.

pub mod files;
pub mod journey;
pub mod npm;
pub mod page;
pub mod server;
