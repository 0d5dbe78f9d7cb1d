//! The demo's organisation: what a page has to name to get in. None of it is a secret.

/// Id of the organisation (Guest Chat API).
pub const ORGANIZATION: &str = "5b1f0c1e-7d0c-4f5e-9d5f-2f6f0a6c1d11";

/// Id of the deployment that anybody may use.
pub const DEPLOYMENT: &str = "8e3a2a54-0d35-4c0b-a2b9-6f5b6f1d9c01";

/// Id of a deployment that is switched off.
pub const DEPLOYMENT_DISABLED: &str = "8e3a2a54-0d35-4c0b-a2b9-6f5b6f1d9c02";

/// Id of a deployment for guests who have signed in.
pub const DEPLOYMENT_SIGNED_IN: &str = "8e3a2a54-0d35-4c0b-a2b9-6f5b6f1d9c03";

/// The `memberAuthToken` that counts as signed in. A real one comes from the website's own sign-in.
pub const MEMBER_AUTH_TOKEN: &str = "signed-in-guest";

/// `x-api-key` of the chat API v3.
pub const API_KEY: &str = "demo-api-key";

/// What a deployment asks of guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Nothing.
    Anybody,
    /// A good `memberAuthToken`.
    SignedIn,
    /// Nobody gets in.
    Nobody,
}

/// What the deployment with this id asks; `None` when there is no such deployment.
pub fn admission(deployment: &str) -> Option<Admission> {
    match deployment {
        DEPLOYMENT => Some(Admission::Anybody),
        DEPLOYMENT_SIGNED_IN => Some(Admission::SignedIn),
        DEPLOYMENT_DISABLED => Some(Admission::Nobody),
        _ => None,
    }
}
