//! The number that a service's id begins with. It tells a load balancer at which Chat Server the service is; *ours*, but
//! for the document's sample, which begins with 369 (Chat Immediate, "Sample Request and Response Sequence").

use crate::chat_server::ALIAS;

/// The number at a Chat Server with the first alias.
const FIRST: u32 = 369;

fn first_alias() -> u32 {
    ALIAS.parse().unwrap_or_default()
}

/// The number at the Chat Server with this alias.
pub(super) fn of(alias: &str) -> u32 {
    FIRST + alias.parse::<u32>().unwrap_or_default().saturating_sub(first_alias())
}

/// The alias of the Chat Server at which a service of this id was created; `None` for an id of another form.
pub(crate) fn alias_of(id: &str) -> Option<String> {
    let (number, _) = id.split_once('-')?;
    let place = number.parse::<u32>().ok()?.checked_sub(FIRST)?;
    Some(first_alias().checked_add(place)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_tell_aliases() {
        assert_eq!((of("117"), of("120")), (369, 372));
        assert_eq!(alias_of("369-0f").as_deref(), Some("117"));
        assert_eq!(alias_of("372-0f").as_deref(), Some("120"));
        for other in ["", "369", "1-x", "x-1"] {
            assert_eq!(alias_of(other), None, "{other}");
        }
    }
}
