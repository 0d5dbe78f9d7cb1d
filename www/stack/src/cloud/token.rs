//! Tokens in the shape of JSON Web Tokens, opaque to clients (transports 2.2, 3.3).
//!
//! Why no signing key: the server keeps a digest of each token that it has given out, so a token is good because it is
//! known. There is no key whose loss would let somebody make them all, and nothing in the database opens a chat.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::random::{self, NoRandomness};

/// Longest token that is looked into, in bytes.
const LONGEST: usize = 4096;

/// A new token that carries these claims.
///
/// # Errors
/// The random generator failed.
pub(super) fn issue(claims: &Value) -> Result<String, NoRandomness> {
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    // Where a signature stands, there are 256 random bits: they make the token unguessable.
    let unguessable = random::bytes::<32>()?;
    let header = part(br#"{"alg":"HS256","typ":"JWT"}"#);
    Ok([header, part(claims.to_string().as_bytes()), part(&unguessable)].join("."))
}

/// What a token claims, believed by nobody until its digest has been compared.
pub(super) fn claims(token: &str) -> Option<Value> {
    if token.len() > LONGEST {
        return None;
    }
    let mut parts = token.split('.');
    let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_claimed_reads_back() {
        let wanted = json!({ "data": { "conv": "C1", "sub": "M1" } });
        let (one, two) = (issue(&wanted).unwrap(), issue(&wanted).unwrap());
        assert_eq!(claims(&one), Some(wanted));
        assert_ne!(one, two);
        for wrong in ["", "a.b", "a.b.c", "a.b.c.d", &format!("{one}.x"), &"x".repeat(5000)] {
            assert_eq!(claims(wrong), None, "{wrong}");
        }
    }
}
