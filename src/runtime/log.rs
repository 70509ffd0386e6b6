//! The log: one JSON object per line, with ids and without secrets.

use serde::Serialize;
use serde_json::{Map, Value};
use worker::wasm_bindgen::JsValue;
use worker::web_sys::console;

/// The severity of a log line.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Level {
    /// A normal event.
    Info,
    /// An internal error.
    Error,
}

/// Writes a line: the name of the event and some fields.
pub(crate) fn line(level: Level, event: &str, fields: &[(&str, &str)]) {
    let mut object = Map::new();
    object.insert("event".to_owned(), Value::from(event));
    for (name, value) in fields {
        object.insert((*name).to_owned(), Value::from(*value));
    }
    write(level, &Value::Object(object).to_string());
}

/// Writes `line`, which contains the name of its event.
pub(crate) fn entry(level: Level, line: &impl Serialize) {
    // A line consists of strings and numbers, so serialization cannot fail.
    write(level, &serde_json::to_string(line).unwrap_or_default());
}

/// Calls the console directly: the macros of `worker` would format the text once more.
fn write(level: Level, text: &str) {
    let text = JsValue::from_str(text);
    match level {
        Level::Info => console::log_1(&text),
        Level::Error => console::error_1(&text),
    }
}
