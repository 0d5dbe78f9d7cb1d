//! What files the chat takes: `WebChatService.getFileLimits` (backend facts 1.6).

use wasm_bindgen::prelude::*;

use crate::interop;

/// Limits of uploads; what the server does not say has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileLimits {
    /// How many more files the chat takes.
    pub files_left: Option<f64>,
    /// How many files it takes in all.
    pub max_files: Option<f64>,
    /// Bytes of one file.
    pub max_size: Option<f64>,
    /// Bytes that all further files together may have.
    pub total_left: Option<f64>,
    /// Bytes of all files of the chat.
    pub max_total: Option<f64>,
    /// Endings of names, in lower case; empty where all are taken.
    pub types: Vec<String>,
    /// Whether an agent must be there.
    pub needs_agent: bool,
}

/// Why a file is not sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    /// No agent is there yet.
    NeedsAgent,
    /// So many are taken in all.
    TooMany(f64),
    /// Nothing is in it.
    Empty,
    /// So many bytes are taken.
    TooLarge(f64),
    /// So many bytes are taken in all.
    Total(f64),
    /// Not this kind.
    Type,
}

impl FileLimits {
    /// Reads the answer of the command: the limits themselves, or the server's answer with one message that has them.
    #[must_use]
    pub fn of(answer: &JsValue) -> Self {
        let in_message = interop::get_path(answer, "messages.0.userData");
        let data = if in_message.is_object() { &in_message } else { answer };
        let number = |key: &str| {
            let value = interop::get(data, key);
            value.as_f64().or_else(|| value.as_string()?.trim().parse().ok())
        };
        let left = |max: Option<f64>, used: &str| max.map(|max| (max - number(used).unwrap_or(0.0)).max(0.0));
        let (max_files, max_total) = (number("upload-max-files"), number("upload-max-total-size"));
        let types = interop::get_string(data, "upload-file-types").unwrap_or_default().to_lowercase();
        let needs_agent = interop::get(data, "upload-need-agent");
        Self {
            files_left: left(max_files, "used-upload-max-files"),
            max_files,
            max_size: number("upload-max-file-size"),
            total_left: left(max_total, "used-upload-max-total-size"),
            max_total,
            types: split_types(&types),
            needs_agent: needs_agent == JsValue::TRUE || needs_agent.as_string().as_deref() == Some("true"),
        }
    }

    /// Whether these files (names and bytes) may be sent; otherwise which one may not, and why.
    ///
    /// # Errors
    /// The position of the file, and why it is refused.
    pub fn check(&self, files: &[(String, f64)], agent_is_there: bool) -> Result<(), (usize, Refusal)> {
        if self.needs_agent && !agent_is_there {
            return Err((0, Refusal::NeedsAgent));
        }
        if self.files_left.is_some_and(|left| files.len() as f64 > left) {
            return Err((0, Refusal::TooMany(self.max_files.unwrap_or(0.0))));
        }
        let mut total = 0.0;
        for (position, (name, size)) in files.iter().enumerate() {
            total += size;
            let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
            let refusal = if !self.types.is_empty() && !self.types.contains(&ending) {
                Some(Refusal::Type)
            } else if *size == 0.0 {
                Some(Refusal::Empty)
            } else if let Some(max) = self.max_size.filter(|max| size > max) {
                Some(Refusal::TooLarge(max))
            } else if self.total_left.is_some_and(|left| total > left) {
                Some(Refusal::Total(self.max_total.unwrap_or(0.0)))
            } else {
                None
            };
            if let Some(refusal) = refusal {
                return Err((position, refusal));
            }
        }
        Ok(())
    }
}

// Servers write `png:pdf`, `png,pdf` or `*.png;*.pdf`.
fn split_types(text: &str) -> Vec<String> {
    let parts = text.split([':', ',', ';', ' ']).map(|part| part.trim_start_matches('*').trim_start_matches('.'));
    let types: Vec<_> = parts.filter(|part| !part.is_empty()).map(str::to_owned).collect();
    // A star alone means all.
    if text.split([':', ',', ';', ' ']).any(|part| matches!(part, "*" | "*.*")) { Vec::new() } else { types }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::{FileLimits, Refusal, split_types};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn file(name: &str, size: f64) -> (String, f64) {
        (name.to_owned(), size)
    }

    #[wasm_bindgen_test]
    fn each_limit_refuses_what_is_beyond_it_and_nothing_else() {
        let limits = FileLimits {
            files_left: Some(2.0),
            max_files: Some(3.0),
            max_size: Some(100.0),
            total_left: Some(150.0),
            max_total: Some(500.0),
            types: split_types("png:pdf"),
            needs_agent: true,
        };
        let fine = [file("a.PNG", 100.0), file("b.pdf", 50.0)];
        assert_eq!(limits.check(&fine, true), Ok(()));
        assert_eq!(limits.check(&fine, false), Err((0, Refusal::NeedsAgent)));
        let three = [file("a.png", 1.0), file("b.png", 1.0), file("c.png", 1.0)];
        assert_eq!(limits.check(&three, true), Err((0, Refusal::TooMany(3.0))));
        assert_eq!(limits.check(&[file("a.png", 1.0), file("b.exe", 1.0)], true), Err((1, Refusal::Type)));
        assert_eq!(limits.check(&[file("a.png", 101.0)], true), Err((0, Refusal::TooLarge(100.0))));
        assert_eq!(limits.check(&[file("a.png", 90.0), file("b.png", 90.0)], true), Err((1, Refusal::Total(500.0))));
        assert_eq!(limits.check(&[file("a.png", 0.0)], true), Err((0, Refusal::Empty)));
        assert_eq!(FileLimits::default().check(&[file("noending", 1e9)], false), Ok(()));
    }

    #[wasm_bindgen_test]
    fn lists_of_types_are_read_however_they_are_written() {
        for text in ["png:pdf", "png, pdf", "*.png;*.pdf", ".png .pdf"] {
            assert_eq!(split_types(text), ["png", "pdf"], "{text}");
        }
        assert!(split_types("*").is_empty() && split_types("").is_empty());
    }
}
