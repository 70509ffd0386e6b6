//! A request as it comes in. Its head is handed over as one text: every header that is asked for by
//! itself is a call into the runtime.

use worker::web_sys;

use super::{bindings, io};

/// A header that is looked at. `HEADERS` in `io.js` has them in this order.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Header {
    /// What the client wants to read.
    Accept,
    /// Who it is.
    Authorization,
    /// The platform's id of the request.
    CfRay,
    /// What the body is.
    ContentType,
    /// What makes a repeat the same request.
    IdempotencyKey,
    /// That it is a delivery.
    WebhookId,
}

impl Header {
    const fn line(self) -> usize {
        match self {
            Self::Accept => 0,
            Self::Authorization => 1,
            Self::CfRay => 2,
            Self::ContentType => 3,
            Self::IdempotencyKey => 4,
            Self::WebhookId => 5,
        }
    }
}

/// A request.
pub(crate) struct Incoming {
    request: web_sys::Request,
    /// The method, the URL and the values of the headers, a line each. A header that is not there
    /// is an empty line; a value follows a space, so that it may be empty.
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

    /// The whole URL.
    pub(crate) fn url(&self) -> &str {
        self.line(1)
    }

    /// The value of a header, if it is there.
    pub(crate) fn header(&self, header: Header) -> Option<&str> {
        self.line(header.line().saturating_add(2)).strip_prefix(' ')
    }

    /// The whole body, if it has at most `bytes_max` bytes. An error: the caller broke off.
    pub(crate) async fn body(&self, bytes_max: usize) -> worker::Result<Option<Vec<u8>>> {
        io::body(&self.request, bytes_max).await
    }
}
