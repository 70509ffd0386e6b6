//! The log: one JSON object per line, with ids and without secrets.

use serde::Serialize;
use serde_json::Value;
use worker::wasm_bindgen::JsValue;
use worker::web_sys::console;

use super::clock;

/// The severity of a log line.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Level {
    /// A normal event.
    Info,
    /// An attempt that failed: the fault is the receiver's.
    Warning,
    /// An internal error, or the answer to a request with a 5xx status.
    Error,
}

impl Level {
    const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warn",
            Self::Error => "error",
        }
    }
}

/// Writes a line: the name of the event and some fields.
pub(crate) fn line(level: Level, event: &str, fields: &[(&str, &str)]) {
    let members = [("event", event)].into_iter().chain(fields.iter().copied());
    let members = members.map(|(name, value)| format!("\"{name}\":{}", Value::from(value)));
    write(level, &format!("{{{}}}", members.collect::<Vec<_>>().join(",")));
}

/// Writes `line`, which contains the name of its event.
pub(crate) fn entry(level: Level, line: &impl Serialize) {
    // A line consists of strings and numbers, so serialization cannot fail.
    write(level, &serde_json::to_string(line).unwrap_or_default());
}

/// Writes a line with the time and the level after the name of its event. That must come first,
/// because the values after it may have commas.
///
/// Calls the console directly: the macros of `worker` would format the text once more.
fn write(level: Level, text: &str) {
    let (event, rest) = text.split_at(text.find(['}', ',']).unwrap_or_default());
    let (time, name) = (clock::now().rfc3339(), level.name());
    let text = format!(r#"{event},"time":"{time}","level":"{name}"{rest}"#);
    let text = JsValue::from_str(&text);
    match level {
        // Not `console.warn`: wrangler, on a developer's machine, is slow to format its lines.
        Level::Info | Level::Warning => console::log_1(&text),
        Level::Error => console::error_1(&text),
    }
}
