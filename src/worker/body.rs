//! Request bodies: read up to a limit, and forms parsed by the runtime's own parser.

use domain::http::{BodyKind, Problem, negotiate};
use domain::json::without_mark;
use domain::request::{Body, FormValue};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{js_sys, web_sys};

use crate::runtime::incoming::{Header, Incoming};
use crate::worker::error::HandlerError;

/// Reads the whole body. Fails with 415 if it is compressed or encoded otherwise, and with 413 if
/// it has more than `bytes_max` bytes.
pub(crate) async fn read(incoming: &Incoming, bytes_max: usize) -> Result<Vec<u8>, HandlerError> {
    // Read first: an answer before the end of the body breaks the connection of its sender.
    let body = incoming.body(bytes_max).await?;
    if !body.as_ref().is_some_and(Vec::is_empty) {
        negotiate::check_content_coding(incoming.header(Header::ContentEncoding))?;
    }
    body.ok_or_else(|| Problem::too_large(bytes_max).into())
}

/// Converts a body to the input of the domain: JSON bytes, or the fields of a form.
pub(crate) async fn parse(
    kind: BodyKind,
    content_type: Option<&str>,
    bytes: Vec<u8>,
) -> Result<Body, HandlerError> {
    match kind {
        BodyKind::Empty | BodyKind::Json => Ok(Body::json(bytes)),
        BodyKind::Form | BodyKind::Multipart => {
            let bytes = if kind == BodyKind::Form { without_mark(&bytes) } else { &bytes };
            match pairs(content_type.unwrap_or_default(), bytes).await {
                Ok(pairs) => Ok(Body::Form(pairs)),
                Err(_) => Err(HandlerError::Problem(Problem::bad_request(NOT_A_FORM))),
            }
        }
    }
}

const NOT_A_FORM: &str = "Multipart form parse error - the body does not match its Content-Type.";

/// Parses the fields of a form, in their order. Fails if the body is not a form of this type.
async fn pairs(content_type: &str, bytes: &[u8]) -> Result<Vec<(String, FormValue)>, JsValue> {
    let headers = web_sys::Headers::new()?;
    headers.set("Content-Type", content_type)?;
    let init = web_sys::ResponseInit::new();
    init.set_headers(&headers);
    let bytes = js_sys::Uint8Array::from(bytes);
    let carrier = web_sys::Response::new_with_opt_js_u8_array_and_init(Some(&bytes), &init)?;
    let form = js_sys::futures::JsFuture::from(carrier.form_data()?).await?;
    let entries = js_sys::try_iter(&form)?.ok_or(JsValue::UNDEFINED)?;
    let mut pairs = Vec::new();
    for entry in entries {
        let entry: js_sys::Array = entry?.unchecked_into();
        let name = entry.get(0).as_string().unwrap_or_default();
        let value = entry.get(1).as_string().map_or(FormValue::File, FormValue::Text);
        pairs.push((name, value));
    }
    Ok(pairs)
}
