//! The frames between the dispatcher and the client of a listener: JSON texts, one for each message
//! of the WebSocket.
//!
//! A courier writes the frame of a delivery, because it has the headers in their order, and the
//! webhook's object adds the id by which the answer is found. What a client sends is checked here,
//! and a frame that breaks a rule ends the connection.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::fault::Fault;
use super::outbound::Outbound;
use crate::base::{
    ANSWER_BYTES_MAX, Delay, LISTENER_FRAME_CHARS_MAX, LISTENER_GRACE, LISTENER_HEADERS_MAX,
    WebhookId,
};
use crate::crypto::SigningSecret;

/// A delivery on its way to the object of a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerOrder {
    /// How long the answer is waited for.
    pub timeout: Delay,
    /// The members of the frame after the id, up to its end.
    frame: String,
}

/// The frame of a delivery, without its type and id.
#[derive(Serialize)]
struct DeliveryFrame<'a> {
    method: &'static str,
    headers: &'a [(String, String)],
    body: &'a str,
    timeout_ms: Delay,
}

impl ListenerOrder {
    /// Writes the order for a POST. An event is UTF-8, or it would not have been accepted.
    pub fn encode(post: &Outbound, timeout: Delay) -> String {
        let body = core::str::from_utf8(post.body.as_bytes()).unwrap_or_default();
        let headers = &post.headers;
        let frame = DeliveryFrame { method: "POST", headers, body, timeout_ms: timeout };
        // Writing strings and numbers as JSON cannot fail.
        let frame = serde_json::to_string(&frame).unwrap_or_default();
        format!("{}\n{}", timeout.as_ms(), frame.strip_prefix('{').unwrap_or("}"))
    }

    /// Reads an order; `None` if it comes from an incompatible release.
    pub fn decode(text: &str) -> Option<Self> {
        let (timeout, frame) = text.split_once('\n')?;
        Some(Self { timeout: Delay::from_ms(timeout.parse().ok()?), frame: frame.to_owned() })
    }

    /// The frame of the delivery with this id, which has no character that JSON escapes.
    pub fn frame(&self, id: &str) -> String {
        let frame = &self.frame;
        format!(r#"{{"type":"delivery","id":"{id}",{frame}"#)
    }
}

/// The frame that says that the answer to a delivery is not waited for any more.
pub fn cancel_frame(id: &str) -> String {
    format!(r#"{{"type":"cancel","id":"{id}"}}"#)
}

/// The first frame of a connection.
#[derive(Serialize)]
struct ReadyFrame<'a> {
    r#type: &'static str,
    webhook_id: &'a WebhookId,
    signing_secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_public_key: Option<&'a str>,
    grace_seconds: u64,
}

/// The first frame of a connection. A new listener is told the secret by which its deliveries are
/// verified, or the public key; one that goes on knows it.
pub fn ready_frame(webhook_id: &WebhookId, signing: Option<&SigningSecret>) -> String {
    let (secret, key) =
        (signing.and_then(SigningSecret::shared), signing.and_then(SigningSecret::public_key));
    let frame = ReadyFrame {
        r#type: "ready",
        webhook_id,
        signing_secret: secret.as_ref().map(|secret| secret.expose()),
        signing_public_key: key.as_ref().map(|key| key.as_str()),
        grace_seconds: LISTENER_GRACE.as_ms() / 1_000,
    };
    // Writing strings and numbers as JSON cannot fail.
    serde_json::to_string(&frame).unwrap_or_default()
}

/// What the client of a listener says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientFrame {
    /// What came of the delivery with this id.
    Reply(String, ListenerReply),
    /// The client is done: the webhook is to be deleted.
    End,
}

/// What came of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenerReply {
    /// The server behind the client answered.
    Answer(ListenerAnswer),
    /// It did not, for this reason.
    Failure(Fault),
}

/// The answer of the server behind a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerAnswer {
    /// The status, from 200 to 599.
    pub status: u16,
    /// Those of its headers that have a meaning here.
    pub headers: Vec<(&'static str, String)>,
    /// The start of its body; `None` if an answer of this status has none.
    pub body: Option<String>,
}

/// Why a frame ends the connection. The text is for its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The frame is not text.
    #[error("a frame is text")]
    NotText,
    /// The frame is longer than [`LISTENER_FRAME_CHARS_MAX`].
    #[error("a frame has at most {LISTENER_FRAME_CHARS_MAX} characters")]
    TooLong,
    /// The frame is not JSON, has another type, or lacks a member.
    #[error("not a frame of this protocol")]
    Unreadable,
    /// The status is none that a receiver can answer with.
    #[error("a status is a number from 200 to 599")]
    Status,
    /// There are more headers than [`LISTENER_HEADERS_MAX`].
    #[error("an answer has at most {LISTENER_HEADERS_MAX} headers")]
    Headers,
    /// The fault is none that a client can find.
    #[error("no fault that a client can find")]
    Fault,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Raw {
    Answer {
        id: String,
        status: u16,
        #[serde(default)]
        headers: Vec<(String, String)>,
        #[serde(default)]
        body: String,
    },
    Failure {
        id: String,
        fault: String,
    },
    End,
}

/// The headers of an answer that have a meaning: those that the dispatcher reads of any receiver.
const HEADERS: [&str; 6] = [
    "Content-Type",
    "Retry-After",
    "webhook-delivery",
    "cf-mitigated",
    "x-vercel-mitigated",
    "x-amzn-waf-action",
];

/// The reasons why a client gets no answer. The others are found by the dispatcher.
const FAULTS: [Fault; 7] = [
    Fault::Refused,
    Fault::Reset,
    Fault::Dns,
    Fault::Tls,
    Fault::Certificate,
    Fault::TimeoutConnect,
    Fault::NotHttp,
];

/// Statuses whose answers have no body (WHATWG Fetch, "null body status").
const WITHOUT_BODY: [u16; 3] = [204, 205, 304];

impl ClientFrame {
    /// Reads a frame of at most [`LISTENER_FRAME_CHARS_MAX`] characters.
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        match serde_json::from_str(text).map_err(|_| FrameError::Unreadable)? {
            Raw::Answer { id, status, headers, body } => {
                let answer = ListenerAnswer::new(status, &headers, &body)?;
                Ok(Self::Reply(id, ListenerReply::Answer(answer)))
            }
            Raw::Failure { id, fault } => {
                let fault = Fault::named(&fault).filter(|fault| FAULTS.contains(fault));
                Ok(Self::Reply(id, ListenerReply::Failure(fault.ok_or(FrameError::Fault)?)))
            }
            Raw::End => Ok(Self::End),
        }
    }
}

impl ListenerAnswer {
    fn new(status: u16, headers: &[(String, String)], body: &str) -> Result<Self, FrameError> {
        if !(200..=599).contains(&status) {
            return Err(FrameError::Status);
        }
        if headers.len() > LISTENER_HEADERS_MAX {
            return Err(FrameError::Headers);
        }
        let mut known: Vec<(&'static str, String)> = Vec::new();
        for (name, value) in headers {
            let Some(name) = HEADERS.into_iter().find(|known| known.eq_ignore_ascii_case(name))
            else {
                continue;
            };
            // Of a repeated header the first value counts, and none that is not plain text.
            let is_plain = value.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte));
            if is_plain && !known.iter().any(|(other, _)| *other == name) {
                known.push((name, value.clone()));
            }
        }
        let body = (!WITHOUT_BODY.contains(&status)).then(|| start(body).to_owned());
        Ok(Self { status, headers: known, body })
    }
}

/// The start of a body: as much as is read of any receiver's answer.
fn start(body: &str) -> &str {
    let mut end = body.len().min(ANSWER_BYTES_MAX);
    while !body.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    body.get(..end).unwrap_or_default()
}

/// Why an object has no answer of a client, on the way to the courier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// The client found this fault, or its connection broke.
    Fault(Fault),
    /// There was no answer in time.
    Timeout,
}

impl NoAnswer {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fault(fault) => fault.as_str(),
            Self::Timeout => Fault::TimeoutAnswer.as_str(),
        }
    }

    /// Reads the word. Anything else is a call of the object that failed.
    pub fn named(word: &str) -> Self {
        match Fault::named(word) {
            Some(Fault::TimeoutAnswer) => Self::Timeout,
            Some(fault) => Self::Fault(fault),
            None => Self::Fault(Fault::Reset),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Algorithm;
    use crate::delivery::Envelope;
    use crate::event::Payload;

    fn answer(text: &str) -> ListenerAnswer {
        match ClientFrame::parse(text) {
            Ok(ClientFrame::Reply(id, ListenerReply::Answer(answer))) => {
                assert_eq!(id, "a.1");
                answer
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_delivery_has_the_exact_headers_and_body() {
        let envelope = r#"{"url":"https://a.listen.invalid/","headers":[["X-B","2\t"],["a","1"]],
            "secrets":["s3cret"],"listener":true}"#;
        let envelope: Envelope = serde_json::from_str(envelope).unwrap();
        let body = "{\n\"a\" : \"\u{e9}\\u0000\u{7f}\"}\n";
        let post = envelope.with_body(Payload::from_stored(body.as_bytes().to_vec()));
        let timeout = Delay::from_ms(2_500);
        let order = ListenerOrder::decode(&ListenerOrder::encode(&post, timeout)).unwrap();
        assert_eq!(order.timeout, timeout);
        let frame: serde_json::Value = serde_json::from_str(&order.frame("a.1")).unwrap();
        let expected = serde_json::json!({
            "type": "delivery", "id": "a.1", "method": "POST",
            "headers": [["X-B", "2\t"], ["a", "1"]], "body": body, "timeout_ms": 2_500,
        });
        assert_eq!(frame, expected);
        for text in ["", "x\n{}", "10000"] {
            assert_eq!(ListenerOrder::decode(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_new_listener_is_told_its_secret() {
        let id: WebhookId = "w1".parse().unwrap();
        let going_on = r#"{"type":"ready","webhook_id":"w1","signing_secret":null,"#;
        assert_eq!(ready_frame(&id, None), format!(r#"{going_on}"grace_seconds":60}}"#));
        let hmac = SigningSecret::generate(Algorithm::Hmac, [7; 32]);
        let frame = ready_frame(&id, Some(&hmac));
        assert!(frame.contains(r#""signing_secret":"whsec_BwcH"#), "{frame}");
        let pair = SigningSecret::generate(Algorithm::Ed25519, [7; 32]);
        let frame = ready_frame(&id, Some(&pair));
        assert!(frame.contains(r#""signing_secret":null,"signing_public_key":"whpk_"#), "{frame}");
        assert_eq!(cancel_frame("a.1"), r#"{"type":"cancel","id":"a.1"}"#);
    }

    #[test]
    fn an_answer_keeps_what_has_a_meaning() {
        let read = answer(
            r#"{"type":"answer","id":"a.1","status":503,"headers":[["retry-after","7"],
                ["Retry-After","9"],["X-Other","1"],["CONTENT-TYPE","text/plain"],
                ["webhook-delivery","\u00e9"]],"body":"no","more":1}"#,
        );
        let headers = vec![("Retry-After", "7".to_owned()), ("Content-Type", "text/plain".into())];
        assert_eq!(read, ListenerAnswer { status: 503, headers, body: Some("no".to_owned()) });
        let bare = |status: u16| {
            answer(&format!(r#"{{"type":"answer","id":"a.1","status":{status},"body":"x"}}"#))
        };
        assert_eq!(bare(200).body.as_deref(), Some("x"));
        for status in WITHOUT_BODY {
            assert_eq!(bare(status).body, None, "{status}");
        }
    }

    #[test]
    fn a_body_is_cut_at_a_character() {
        let long = "\u{e9}".repeat(ANSWER_BYTES_MAX);
        for (body, bytes) in [(long.clone(), ANSWER_BYTES_MAX), (format!("a{long}"), 4_095)] {
            let frame = serde_json::json!({"type":"answer","id":"a.1","status":200,"body":body});
            assert_eq!(answer(&frame.to_string()).body.unwrap().len(), bytes);
        }
    }

    #[test]
    fn every_rule_of_a_frame_has_its_error() {
        let check = |text: &str, expected| {
            assert_eq!(ClientFrame::parse(text), Err(expected), "{text}");
        };
        let deep = format!(r#"{{"type":"end","x":{}"#, "[".repeat(100_000));
        for text in [
            "",
            "{}",
            "[]",
            r#"{"type":"ready"}"#,
            r#"{"type":"answer","status":200}"#,
            r#"{"type":"answer","id":1,"status":200}"#,
            r#"{"type":"answer","id":"a","status":-1}"#,
            r#"{"type":"answer","id":"a","status":200,"headers":{"a":"b"}}"#,
            r#"{"type":"failure","id":"a"}"#,
            deep.as_str(),
        ] {
            check(text, FrameError::Unreadable);
        }
        for status in [0, 101, 199, 600, 65_535] {
            let frame = format!(r#"{{"type":"answer","id":"a","status":{status}}}"#);
            check(&frame, FrameError::Status);
        }
        let headers = vec![("a", "b"); LISTENER_HEADERS_MAX + 1];
        let many = serde_json::json!({"type":"answer","id":"a","status":200,"headers":headers});
        check(&many.to_string(), FrameError::Headers);
        for fault in ["lost", "http_status", "timeout_answer", "nope", ""] {
            let frame = format!(r#"{{"type":"failure","id":"a","fault":"{fault}"}}"#);
            check(&frame, FrameError::Fault);
        }
        assert_eq!(ClientFrame::parse(r#"{"type":"end"}"#), Ok(ClientFrame::End));
    }

    #[test]
    fn a_failure_reaches_its_courier() {
        for fault in FAULTS {
            let frame = format!(r#"{{"type":"failure","id":"a","fault":"{fault}","detail":"x"}}"#);
            let reply = ClientFrame::Reply("a".to_owned(), ListenerReply::Failure(fault));
            assert_eq!(ClientFrame::parse(&frame), Ok(reply));
            let no_answer = NoAnswer::Fault(fault);
            assert_eq!(NoAnswer::named(no_answer.as_str()), no_answer);
        }
        assert_eq!(NoAnswer::named(NoAnswer::Timeout.as_str()), NoAnswer::Timeout);
        let lost = NoAnswer::named("Error: Network connection lost.");
        assert_eq!(lost, NoAnswer::Fault(Fault::Reset));
    }
}
