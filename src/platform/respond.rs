//! Responses: JSON with a status, a problem, nothing.

use serde::Serialize;
use worker::{Response, Result};

use super::body::Stop;
use crate::domain::problem::Problem;

const JSON: &str = "application/json";

/// A value as JSON.
pub(crate) fn json(status: u16, value: &impl Serialize) -> core::result::Result<Response, Stop> {
    Ok(text(status, &serde_json::to_string(value)?, JSON)?)
}

/// A problem.
pub(crate) fn problem(problem: &Problem) -> Result<Response> {
    let mut response = text(problem.status, &problem.body, JSON)?;
    for (name, value) in &problem.headers {
        response.headers_mut().set(name, value)?;
    }
    Ok(response)
}

/// 204: done, and nothing to say.
pub(crate) fn no_content() -> Result<Response> {
    Ok(Response::empty()?.with_status(204))
}

/// The answer to OPTIONS.
pub(crate) fn options(allow: &str) -> Result<Response> {
    let mut response = no_content()?;
    response.headers_mut().set("Allow", allow)?;
    Ok(response)
}

/// The same without its body, as HEAD wants it.
pub(crate) fn without_body(response: &Response) -> Result<Response> {
    let headers = response.headers().clone();
    Ok(Response::empty()?.with_status(response.status_code()).with_headers(headers))
}

/// A text of some type.
pub(crate) fn text(status: u16, text: &str, content_type: &str) -> Result<Response> {
    let mut response = Response::ok(text)?.with_status(status);
    response.headers_mut().set("Content-Type", content_type)?;
    Ok(response)
}
