//! The files that `sendFile` is given, in whichever way (webchatservice, sendFile).

use wasm_bindgen::prelude::*;
use web_sys::{File, HtmlInputElement};

use crate::element_list;
use crate::interop;

/// All files of a field (or of a list that begins with one), of a list of files, or the one file that it is.
#[must_use]
pub fn files_of(given: &JsValue) -> Vec<File> {
    if let Some(file) = given.dyn_ref::<File>() {
        return vec![file.clone()];
    }
    let input = element_list::element_of(given).and_then(|element| element.dyn_into::<HtmlInputElement>().ok());
    let list = match input.and_then(|input| input.files()) {
        Some(files) => files.into(),
        None => given.clone(),
    };
    let length = interop::get_number(&list, "length").unwrap_or(0.0) as u32;
    (0..length).filter_map(|at| interop::get(&list, &at.to_string()).dyn_into().ok()).collect()
}
