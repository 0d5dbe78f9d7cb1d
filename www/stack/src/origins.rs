//! Lists of origins that may talk to a server.

use cx_speechstorm::core::origin::Origin;

/// Origins that are let in, compared exactly; `null` never is.
#[derive(Debug, Clone, Default)]
pub struct AllowedOrigins(Vec<Origin>);

impl AllowedOrigins {
    /// Reads a list; what is no origin is handed back as the error.
    ///
    /// # Errors
    /// The first text that is no origin.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut list = Vec::new();
        for text in texts {
            let origin = Origin::parse(text).map_err(|_| text.to_owned())?;
            if !list.contains(&origin) {
                list.push(origin);
            }
        }
        Ok(Self(list))
    }

    /// The listed origin that this text names exactly.
    pub fn find(&self, text: &str) -> Option<&Origin> {
        let origin = Origin::parse(text).ok()?;
        self.0.iter().find(|allowed| **allowed == origin)
    }

    /// All of them, separated by spaces, as a CSP source list.
    pub fn source_list(&self) -> String {
        self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_compare() {
        let allowed = AllowedOrigins::parse(["http://127.0.0.1:8080", "https://shop.example"]).unwrap();
        assert!(allowed.find("http://127.0.0.1:8080").is_some());
        assert!(allowed.find("https://shop.example").is_some());
        for foreign in ["http://127.0.0.1:8081", "https://127.0.0.1:8080", "https://shop.example.evil", "null", ""] {
            assert!(allowed.find(foreign).is_none(), "{foreign}");
        }
        assert!(AllowedOrigins::parse(["null"]).is_err());
    }
}
