//! An incoming HTTP request. Its head is fetched as one string, because reading a header is a call
//! into the runtime.

use worker::web_sys;

use super::{bindings, io};

/// A header that the Worker reads. `HEADERS` in `io.js` has the same order.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Header {
    /// The media types that the client accepts.
    Accept,
    /// The credentials of the client.
    Authorization,
    /// The platform's id of the request.
    CfRay,
    /// The content coding of the body.
    ContentEncoding,
    /// The media type of the body.
    ContentType,
    /// The idempotency key of the request.
    IdempotencyKey,
    /// The entity tags of the state that the client knows.
    IfMatch,
    /// The trace and the span of the client (W3C Trace Context).
    Traceparent,
    /// What tracing systems add to the trace.
    Tracestate,
    /// The id of a delivered event. A request with this header is a delivery of a dispatcher.
    WebhookId,
}

impl Header {
    const fn line(self) -> usize {
        match self {
            Self::Accept => 0,
            Self::Authorization => 1,
            Self::CfRay => 2,
            Self::ContentEncoding => 3,
            Self::ContentType => 4,
            Self::IdempotencyKey => 5,
            Self::IfMatch => 6,
            Self::Traceparent => 7,
            Self::Tracestate => 8,
            Self::WebhookId => 9,
        }
    }
}

/// An incoming HTTP request.
pub(crate) struct Incoming {
    request: web_sys::Request,
    /// The method, the URL and the values of the headers, one per line. The line of an absent
    /// header is empty. A value follows a space, so an empty value differs from an absent header.
    head: String,
}

impl Incoming {
    pub(crate) fn new(request: web_sys::Request) -> Self {
        let head = bindings::head(&request);
        Self { request, head }
    }

    fn line(&self, line: usize) -> &str {
        self.head.split('\n').nth(line).unwrap_or_default()
    }

    /// The method, in capitals.
    pub(crate) fn method(&self) -> &str {
        self.line(0)
    }

    /// The complete URL.
    pub(crate) fn url(&self) -> &str {
        self.line(1)
    }

    /// The value of a header, if the request has it.
    pub(crate) fn header(&self, header: Header) -> Option<&str> {
        self.line(header.line().saturating_add(2)).strip_prefix(' ')
    }

    /// The value of a header that few requests have, so that it is not among [`Header`].
    pub(crate) fn rare_header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).ok().flatten()
    }

    /// Reads the whole body; `None` if it has more than `bytes_max` bytes. Fails if the client
    /// disconnects.
    pub(crate) async fn body(&self, bytes_max: usize) -> worker::Result<Option<Vec<u8>>> {
        io::body(&self.request, bytes_max).await
    }
}
