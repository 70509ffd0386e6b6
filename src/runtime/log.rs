//! The log: one JSON object a line, with ids and without secrets.

use serde::Serialize;
use serde_json::{Map, Value};
use worker::wasm_bindgen::JsValue;
use worker::web_sys::console;

/// How much a line matters.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Level {
    /// Something happened.
    Info,
    /// Something of ours failed.
    Error,
}

/// Writes a line: what happened, and the fields that say to whom.
pub(crate) fn line(level: Level, event: &str, fields: &[(&str, &str)]) {
    let mut object = Map::new();
    object.insert("event".to_owned(), Value::from(event));
    for (name, value) in fields {
        object.insert((*name).to_owned(), Value::from(*value));
    }
    write(level, &Value::Object(object).to_string());
}

/// Writes a line that says itself what happened.
pub(crate) fn entry(level: Level, line: &impl Serialize) {
    // A line is made of texts and numbers, which cannot fail to be written.
    write(level, &serde_json::to_string(line).unwrap_or_default());
}

/// Not by the macros of `worker`, which would format the text once more.
fn write(level: Level, text: &str) {
    let text = JsValue::from_str(text);
    match level {
        Level::Info => console::log_1(&text),
        Level::Error => console::error_1(&text),
    }
}
