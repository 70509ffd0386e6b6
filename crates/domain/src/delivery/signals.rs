//! What an answer says beside its status: whether it comes from a bot protection in front of the
//! receiver, and what the receiver asks for.
//!
//! A bot protection asks a browser to prove that a person sits before it. The event has not reached
//! the receiver then, whatever the status. Its operator has to let the dispatcher pass.

use serde::{Deserialize, Serialize};

/// What an answer says beside its status. The default is nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signals {
    /// Whether a bot protection answered in place of the receiver.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub is_challenge: bool,
    /// What the receiver asks for with the header `webhook-delivery`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wish: Option<Wish>,
}

/// A wish of a receiver (the header `webhook-delivery`, as Svix has it: "Delivery Control").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// `disable`: deactivate the webhook.
    Disable,
    /// `abort-message`: do not send this event again.
    AbortMessage,
}

/// The headers of an answer from which its signals are read. The empty text is an absent header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignalHeaders<'a> {
    /// `webhook-delivery`
    pub webhook_delivery: &'a str,
    /// The headers with which protections mark their challenges: `cf-mitigated` (Cloudflare),
    /// `x-vercel-mitigated` (Vercel), `x-amzn-waf-action` (AWS WAF).
    pub mitigated: [&'a str; 3],
}

impl Signals {
    /// Reads the signals of an answer. `body` is its start. A success is no challenge, since a 2xx
    /// always means that the event is delivered.
    pub fn of(status: u16, headers: SignalHeaders<'_>, body: &[u8]) -> Self {
        let is_failure = !(200..400).contains(&status);
        let is_marked = headers.mitigated.into_iter().any(|value| has(value, &ACTIONS));
        Self {
            is_challenge: is_failure && (is_marked || is_challenge_page(body)),
            wish: Wish::of(headers.webhook_delivery),
        }
    }

    /// Whether there are none.
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Wish {
    fn of(header: &str) -> Option<Self> {
        if has(header, &["disable"]) {
            Some(Self::Disable)
        } else {
            has(header, &["abort-message"]).then_some(Self::AbortMessage)
        }
    }
}

/// The values of the marking headers that mean a challenge. `block` is a decision, not a challenge.
const ACTIONS: [&str; 2] = ["challenge", "captcha"];

/// Whether a header, which is a list of words, has one of `words`.
fn has(header: &str, words: &[&str]) -> bool {
    let mut items = header.split([',', ';']).map(str::trim);
    items.any(|item| words.iter().any(|word| item.eq_ignore_ascii_case(word)))
}

/// Texts that are in the page of a challenge and in no other page, in lower case.
const PAGE_MARKS: [&str; 17] = [
    // Cloudflare. Its scripts in pages of receivers are under `challenge-platform/scripts/`.
    "_cf_chl_opt",
    "/cdn-cgi/challenge-platform/h/",
    "<title>just a moment...</title>",
    "<title>attention required! | cloudflare</title>",
    // Imperva
    "_incapsula_resource",
    // DataDome
    "captcha-delivery.com/",
    // HUMAN
    "captcha.px-cdn.net/",
    "px-captcha",
    // AWS WAF
    ".token.awswaf.com/",
    // Akamai
    "sec-if-cpt-container",
    // Vercel
    "<title>vercel security checkpoint</title>",
    // Fastly
    "/_fs-ch-",
    // Kasada
    "window.kpsdk",
    // Sucuri
    "sucuri_cloudproxy_js",
    // DDoS-Guard
    "/.well-known/ddos-guard/js-challenge/",
    // Imunify360
    "<title>one moment, please...</title>",
    // Anubis
    "/.within.website/x/cmd/anubis/",
];

/// The beginnings of challenges that are JSON, which two protections answer to calls of an API.
const JSON_STARTS: [&str; 2] = ["{\"url\":\"https://geo.captcha-delivery.com/", "{\"appid\":\"px"];

/// Whether the start of a body is that of a challenge. A page is looked at only if it is HTML,
/// since a receiver may quote the event in its answer.
fn is_challenge_page(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).trim_start_matches('\u{feff}').to_ascii_lowercase();
    let text = text.trim_start();
    let is_page = text.starts_with('<') && PAGE_MARKS.iter().any(|mark| text.contains(mark));
    is_page || JSON_STARTS.iter().any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(status: u16, mitigated: [&str; 3], body: &str) -> bool {
        let headers = SignalHeaders { webhook_delivery: "", mitigated };
        Signals::of(status, headers, body.as_bytes()).is_challenge
    }

    #[test]
    fn a_challenge_is_marked_by_a_header() {
        for status in [400, 403, 405, 429, 503] {
            for mitigated in [["challenge", "", ""], ["", " Challenge ", ""], ["", "", "captcha"]] {
                assert!(challenge(status, mitigated, ""), "{status} {mitigated:?}");
            }
        }
        for (status, mitigated) in [
            (403, ["", "", ""]),
            (403, ["block", "", ""]),
            (403, ["challenged", "deny", "allow"]),
            (200, ["challenge", "", ""]),
            (202, ["", "", "challenge"]),
            (302, ["challenge", "", ""]),
        ] {
            assert!(!challenge(status, mitigated, ""), "{status} {mitigated:?}");
        }
    }

    #[test]
    fn a_challenge_is_known_by_its_page() {
        let none = ["", "", ""];
        for body in [
            "<!DOCTYPE html><html lang=\"en-US\"><head><title>Just a moment...</title>",
            "\u{feff}\n <html><script>window._cf_chl_opt = {}",
            "<html><script src=\"/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1\">",
            "<HTML><TITLE>Attention Required! | Cloudflare</TITLE>",
            "<html><iframe src=\"/_Incapsula_Resource?SWUDNSAI=31\">",
            "<html><script src=\"https://ct.captcha-delivery.com/c.js\">",
            "{\"url\":\"https://geo.captcha-delivery.com/captcha/?initialCid=A\"}",
            "<html><div id=\"px-captcha\">",
            "{\"appId\":\"PXabcdef\",\"jsClientSrc\":\"/x.js\"}",
            "<html><script src=\"https://a.b.eu-west-1.token.awswaf.com/a/challenge.js\">",
            "<!DOCTYPE html><title>Vercel Security Checkpoint</title>",
            "<html><title>One moment, please...</title>",
            "<html><script src=\"/.within.website/x/cmd/anubis/static/js/main.mjs\">",
        ] {
            for status in [403, 429, 503] {
                assert!(challenge(status, none, body), "{status} {body}");
            }
            assert!(!challenge(200, none, body), "{body}");
        }
        for body in [
            "",
            "Forbidden",
            "<html><title>403 Forbidden</title><center>nginx</center>",
            "<html><script src=\"/cdn-cgi/challenge-platform/scripts/jsd/main.js\">",
            "{\"error\":\"no <title>Just a moment...</title> _cf_chl_opt\"}",
            "I got px-captcha",
            "{\"appId\":\"app\"}",
            "\u{fffd}\u{fffd}",
        ] {
            assert!(!challenge(403, none, body), "{body}");
        }
        assert!(!Signals::of(403, SignalHeaders::default(), b"\xff\xfe<").is_challenge);
    }

    #[test]
    fn a_receiver_may_ask_for_the_end() {
        let wish = |header: &str| {
            let headers = SignalHeaders { webhook_delivery: header, ..SignalHeaders::default() };
            Signals::of(500, headers, b"").wish
        };
        for header in ["disable", " Disable ", "abort-message, disable", "disable;x=1"] {
            assert_eq!(wish(header), Some(Wish::Disable), "{header}");
        }
        for header in ["abort-message", "ABORT-MESSAGE", "x, abort-message"] {
            assert_eq!(wish(header), Some(Wish::AbortMessage), "{header}");
        }
        for header in ["", "enable", "disabled", "abort", "abort_message", "abort message"] {
            assert_eq!(wish(header), None, "{header}");
        }
    }

    #[test]
    fn marks_are_in_lower_case() {
        for mark in PAGE_MARKS.iter().chain(&JSON_STARTS) {
            assert_eq!(mark.to_ascii_lowercase(), **mark);
        }
    }

    #[test]
    fn no_signals_take_no_room() {
        assert!(Signals::default().are_none());
        let signals = Signals { is_challenge: true, wish: Some(Wish::AbortMessage) };
        let text = serde_json::to_string(&signals).unwrap();
        assert_eq!(text, r#"{"is_challenge":true,"wish":"abort_message"}"#);
        assert_eq!(serde_json::from_str::<Signals>(&text).unwrap(), signals);
        assert_eq!(serde_json::from_str::<Signals>("{}").unwrap(), Signals::default());
    }
}
