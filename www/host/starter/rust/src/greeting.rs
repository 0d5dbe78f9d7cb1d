//! What the plugin says: no page is needed to try it.

/// The line for a customer whom somebody of this name has joined.
#[must_use]
pub fn line(name: &str) -> String {
    format!("You are talking to {name}.")
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn the_agent_is_named() {
        assert_eq!(line("Kim"), "You are talking to Kim.");
    }
}
