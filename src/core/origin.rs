//! Web origins: parsed once, printed as the browser prints them, compared exactly.
//!
//! Contract: HTML, "origin"; the launch URL vectors. Why no `url` crate: it would weigh more than the whole plugin, and
//! only `http(s)://host[:port]` is ever needed.

use super::text::{cut, decimal, join};
use std::fmt;

/// A tuple origin with scheme `http` or `https`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    secure: bool,
    host: String,
    port: Option<u16>,
}

/// The text is not an absolute http(s) URL of a shape we accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnOrigin;

impl Origin {
    /// Parses `scheme://host[:port]`, a trailing slash allowed; `"null"` and everything with a path is refused.
    ///
    /// # Errors
    /// [`NotAnOrigin`] for every other text.
    pub fn parse(text: &str) -> Result<Origin, NotAnOrigin> {
        match Origin::split_url(text)? {
            (origin, "" | "/") => Ok(origin),
            _ => Err(NotAnOrigin),
        }
    }

    /// Splits an absolute URL into its origin and its path (`""` or from the slash on). Scheme and host are lower-cased, a
    /// default port is dropped. User info, query, fragment, white space and a non-ASCII host (write it in punycode) are
    /// refused.
    ///
    /// # Errors
    /// [`NotAnOrigin`] for every text that is not of this shape.
    pub fn split_url(url: &str) -> Result<(Origin, &str), NotAnOrigin> {
        let (scheme, rest) = cut(url, b':').ok_or(NotAnOrigin)?;
        let rest = rest.strip_prefix("//").ok_or(NotAnOrigin)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(NotAnOrigin),
        };
        let (authority, path) = rest.split_at(rest.bytes().position(|byte| byte == b'/').unwrap_or(rest.len()));
        if !path.bytes().all(is_path_byte) {
            return Err(NotAnOrigin);
        }
        let (host, port) = match authority.strip_prefix('[').and_then(|rest| cut(rest, b']')) {
            Some((address, port)) if is_ipv6(address) => {
                (join(&["[", address, "]"]), port.strip_prefix(':').unwrap_or(port))
            }
            Some(_) => return Err(NotAnOrigin),
            None => {
                let (host, port) = cut(authority, b':').unwrap_or((authority, ""));
                if !is_host(host) {
                    return Err(NotAnOrigin);
                }
                (host.to_owned(), port)
            }
        };
        let host = host.to_ascii_lowercase();
        let port = match port {
            "" => None,
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse::<u32>().ok().and_then(|port| u16::try_from(port).ok()).ok_or(NotAnOrigin)?)
            }
            _ => return Err(NotAnOrigin),
        };
        let default_port = if secure { 443 } else { 80 };
        Ok((Origin { secure, host, port: port.filter(|port| *port != default_port) }, path))
    }

    /// Whether the browser treats it as trustworthy: https, or plain http on this very machine.
    pub fn is_trustworthy(&self) -> bool {
        self.secure || self.is_loopback()
    }

    fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self.host.ends_with(".localhost")
            || self.host == "[::1]"
            || is_ipv4_loopback(&self.host)
    }
}

impl Origin {
    /// The text, as the browser prints it. Why not only `Display`: the formatting machinery is a part of the download.
    pub fn text(&self) -> String {
        let scheme = if self.secure { "https://" } else { "http://" };
        let port = self.port.map(|port| decimal(port.into()));
        match &port {
            Some(port) => join(&[scheme, &self.host, ":", port]),
            None => join(&[scheme, &self.host]),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Why not `std::net`: its parsers and printers weigh more than this whole module. An address must be written as the browser
/// prints it, in its shortest form, or it will not compare equal to the frame's origin.
fn is_ipv6(address: &str) -> bool {
    address.bytes().any(|byte| byte == b':')
        && address.len() <= 39
        && address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':')
}

fn is_ipv4_loopback(host: &str) -> bool {
    let (mut rest, mut labels) = (Some(host), 0);
    while let Some(text) = rest {
        let (label, more) = cut(text, b'.').map_or((text, None), |(label, more)| (label, Some(more)));
        let fits = label.parse::<u32>().is_ok_and(|number| number < 256 && (labels > 0 || number == 127));
        if !fits {
            return false;
        }
        labels += 1;
        rest = more;
    }
    labels == 4
}

fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host.len() <= 253
        && host.as_bytes().split(|byte| *byte == b'.').all(|label| {
            (1..=63).contains(&label.len())
                && label.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
}

/// What may stand in a base URL's path: no query, no fragment, nothing a browser would re-write.
fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || "/-._~!$&'()*+,;=:@%".bytes().any(|known| known == byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_the_browser_prints() {
        for (text, printed) in [
            ("https://Bank.Example", "https://bank.example"),
            ("HTTPS://bank.example:443/", "https://bank.example"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("https://[::1]:8443", "https://[::1]:8443"),
        ] {
            assert_eq!(Origin::parse(text).unwrap().to_string(), printed, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_one_origin() {
        for text in [
            "null",
            "",
            "*",
            "https://",
            "https://a b",
            "https://user@bank.example",
            "https://bank.example/path",
            "https://bank.example?x",
            "https://bank.example#x",
            "https://bank.example:99999",
            "https://bank.example:+1",
            "ftp://bank.example",
            "//bank.example",
            "https://bänk.example",
            "https://bank..example",
            "https://[::zz]",
            "https://bank.example\\@evil.example",
        ] {
            assert_eq!(Origin::parse(text), Err(NotAnOrigin), "{text}");
        }
    }

    #[test]
    fn only_https_and_loopback_are_trustworthy() {
        for (text, expected) in [
            ("https://bank.example", true),
            ("http://localhost:8080", true),
            ("http://127.9.9.9", true),
            ("http://[::1]", true),
            ("http://bank.example", false),
            ("http://127.0.0.1.evil.example", false),
            ("http://localhost.evil.example", false),
        ] {
            assert_eq!(Origin::parse(text).unwrap().is_trustworthy(), expected, "{text}");
        }
    }
}
