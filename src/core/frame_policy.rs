//! What a MicroApp's frame may do: the attributes `sandbox` and `allow`, by profile (design, section 3, step 5).

use super::config::Profile;
use super::origin::Origin;
use super::text::join;

/// Enough for a form with scripts; without top navigation and popups.
const FORM: &str = "allow-forms allow-scripts allow-same-origin";
/// What the pages of banks need besides: their app in a popup, and the way back, each by the customer's own hand.
const THREE_DS: &str = " allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

/// What a Content-Security-Policy calls the loading and the posting of a frame.
const BLOCKING: [&str; 2] = ["frame-src", "form-action"];

/// Whether a violation of the page's own policy, by its `blockedURI` and `effectiveDirective`, means that the app's frame will
/// never load.
pub fn is_blocked(app: &Origin, uri: &str, directive: &str) -> bool {
    // Whole origins only: `https://ia.example` is not the beginning of `https://ia.example.org`.
    let rest = uri.strip_prefix(app.text().as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) && BLOCKING.contains(&directive)
}

/// The attribute `sandbox`; `None` when the app is of the page's own origin.
///
/// Why none there: with `allow-same-origin` such a frame could take the attribute off itself, so that it would only pretend to
/// protect; and without, the app would be of the origin `null`, which has no cookies and is never listened to. Whoever wants
/// the protection serves the Messaging Server from an origin of its own.
pub fn sandbox(profile: Profile, app: &Origin, page: &str) -> Option<String> {
    let more = if profile == Profile::Payment3ds { THREE_DS } else { "" };
    (app.text() != page).then(|| join(&[FORM, more]))
}

/// The attribute `allow`, if any: features for the app's origin alone.
pub fn allow(profile: Profile, app: &Origin) -> Option<String> {
    let origin = app.text();
    (profile != Profile::Form).then(|| join(&["payment ", &origin, "; publickey-credentials-get ", &origin]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://www.bank.example";

    fn app() -> Origin {
        Origin::parse("https://ia.bank.example").unwrap_or_else(|_| panic!("an origin"))
    }

    #[test]
    fn no_profile_lets_the_app_move_the_page_by_itself_or_reach_more_than_its_origin() {
        for profile in [Profile::Form, Profile::Payment, Profile::Payment3ds] {
            let sandbox = sandbox(profile, &app(), PAGE).unwrap_or_default();
            for forbidden in ["allow-top-navigation ", "allow-top-navigation-to", "allow-modals", "allow-downloads"] {
                assert!(!format!("{sandbox} ").contains(forbidden), "{profile:?}: {forbidden}");
            }
            assert!(!allow(profile, &app()).unwrap_or_default().contains('*'));
        }
    }

    #[test]
    fn only_a_blocked_frame_or_post_of_the_app_is_a_blocked_app() {
        for uri in ["https://ia.bank.example", "https://ia.bank.example/fish-messaging/go/X?domain=y"] {
            assert!(is_blocked(&app(), uri, "frame-src") && is_blocked(&app(), uri, "form-action"));
            assert!(!is_blocked(&app(), uri, "connect-src"));
        }
        for other in ["https://ia.bank.example.evil.example/", "https://ia.bank.example:8443/", "inline", ""] {
            assert!(!is_blocked(&app(), other, "frame-src"), "{other}");
        }
    }

    #[test]
    fn popups_are_for_three_d_secure_alone() {
        let popups = |profile| sandbox(profile, &app(), PAGE).unwrap_or_default().contains("allow-popups");
        assert!(!popups(Profile::Form) && !popups(Profile::Payment) && popups(Profile::Payment3ds));
        assert_eq!(allow(Profile::Form, &app()), None);
    }

    #[test]
    fn allow_same_origin_is_never_given_to_an_app_of_the_pages_origin() {
        for profile in [Profile::Form, Profile::Payment, Profile::Payment3ds] {
            assert_eq!(sandbox(profile, &app(), "https://ia.bank.example"), None);
        }
    }
}
