//! HTTP responses: JSON, errors, plain text, and responses without a body.

use std::rc::Rc;

use domain::http::Problem;
use domain::webhook::{EntityTag, WebhookAnswer, WebhookView};
use serde::Serialize;
use worker::wasm_bindgen::JsValue;
use worker::web_sys;

use crate::runtime::bindings::StreamedBody;
use crate::runtime::{bindings, io};
use crate::worker::error::HandlerError;

const JSON: &str = "application/json";

/// An HTTP response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

#[derive(Debug)]
enum Body {
    None,
    Text(String),
    /// Written in parts by a task.
    Streamed(Rc<StreamedBody>),
    /// None, and the connection is now a WebSocket. The response is that of an object.
    Upgraded(web_sys::Response),
}

impl Response {
    fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::None }
    }

    /// Converts the response to a `Response` of the runtime. Answers are about an account or a key,
    /// so nobody stores them.
    pub(crate) fn into_js(self) -> JsValue {
        let mut head = "Cache-Control\nno-store".to_owned();
        for (name, value) in &self.headers {
            io::push_line(&mut head, name);
            io::push_line(&mut head, value);
        }
        match self.body {
            Body::None => bindings::response(self.status, &head, None),
            Body::Text(text) => bindings::response(self.status, &head, Some(&text)),
            Body::Streamed(body) => bindings::streamed_response(self.status, &head, &body),
            Body::Upgraded(response) => response.into(),
        }
    }

    /// Adds the header `ETag`, if there is a tag.
    pub(crate) fn with_tag(mut self, tag: Option<EntityTag>) -> Self {
        self.headers.extend(tag.map(|tag| ("ETag", tag.header())));
        self
    }

    /// Drops the body, for the response to HEAD.
    pub(crate) fn without_body(self) -> Self {
        Self { body: Body::None, ..self }
    }
}

/// A response with a JSON body.
pub(crate) fn json(status: u16, value: &impl Serialize) -> Result<Response, HandlerError> {
    Ok(text(status, serde_json::to_string(value)?, JSON))
}

/// A response with one webhook, whose tag becomes the header `ETag`.
pub(crate) fn webhook(status: u16, mut view: WebhookView) -> Result<Response, HandlerError> {
    let tag = view.tag.take();
    Ok(json(status, &WebhookAnswer::from(view))?.with_tag(tag))
}

/// An error response to the request with this id.
pub(crate) fn problem(problem: Problem, request_id: &str) -> Response {
    let mut response = text(problem.status, problem.to_answer(request_id), JSON);
    response.headers.extend(problem.headers);
    response
}

/// A 204 response.
pub(crate) fn no_content() -> Response {
    Response::empty(204)
}

/// The response of an object that has accepted the client's WebSocket.
pub(crate) fn upgraded(response: web_sys::Response) -> Response {
    Response { body: Body::Upgraded(response), ..Response::empty(101) }
}

/// Redirects a browser to `path`. Another client gets another answer at the same URL.
pub(crate) fn redirect(path: &str) -> Response {
    let headers = vec![("Location", path.to_owned()), ("Vary", "Accept".to_owned())];
    Response { headers, ..Response::empty(302) }
}

/// The response to OPTIONS.
pub(crate) fn options(allow: &str) -> Response {
    Response { headers: vec![("Allow", allow.to_owned())], ..no_content() }
}

/// A page of HTML with these further headers.
pub(crate) fn html(page: String, headers: Vec<(&'static str, String)>) -> Response {
    let mut response = text(200, page, "text/html; charset=utf-8");
    response.headers.extend(headers);
    response
}

/// A file whose content is written to `body` in parts.
pub(crate) fn file(name: &str, content_type: &str, body: Rc<StreamedBody>) -> Response {
    let headers = vec![
        ("Content-Type", content_type.to_owned()),
        ("Content-Disposition", format!("attachment; filename=\"{name}\"")),
    ];
    Response { status: 200, headers, body: Body::Streamed(body) }
}

/// A response with a text body of this content type.
pub(crate) fn text(status: u16, text: String, content_type: &str) -> Response {
    let headers = vec![("Content-Type", content_type.to_owned())];
    Response { status, headers, body: Body::Text(text) }
}
