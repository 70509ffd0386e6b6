//! `/portal`: the dashboard in the look of the platform, made from the static page. Without a key.

use domain::http::portal_page;
use worker::{Env, Url};

use crate::runtime::incoming::Incoming;
use crate::runtime::internal_error::InternalError;
use crate::runtime::{config, io};
use crate::worker::error::HandlerError;
use crate::worker::response::{self, Response};

/// Answers the page if the request is for it and the operator has set a look; otherwise `None`.
pub(super) async fn answer(
    incoming: &Incoming,
    env: &Env,
    url: &Url,
) -> Result<Option<Response>, HandlerError> {
    if url.path() != portal_page::PATH || !matches!(incoming.method(), "GET" | "HEAD") {
        return Ok(None);
    }
    let look = &config::config(env)?.portal;
    if look.path() != portal_page::PATH {
        return Ok(None);
    }
    let mut asset = url.clone();
    asset.set_path(portal_page::DASHBOARD);
    asset.set_query(None);
    let page = io::asset(env, asset.as_str()).await.map_err(InternalError::Runtime)?;
    Ok(Some(response::html(look.page(&page), look.headers())))
}
