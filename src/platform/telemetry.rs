//! Writes down a request or a try: a line of the log, and a data point if the deployment has bound
//! a dataset of Workers Analytics Engine as `ANALYTICS`. Neither is waited for, and neither can
//! fail what it tells of.

use worker::{AnalyticsEngineDataPointBuilder, Env, Request};

use super::log::{self, Level};
use crate::domain::telemetry::{self, Point, RequestLine, TryLine};

/// The binding of the dataset.
const DATASET: &str = "ANALYTICS";

/// The platform's id of a request.
pub(crate) fn request_id(request: &Request) -> Option<String> {
    telemetry::request_id(request.headers().get("CF-Ray").ok().flatten())
}

/// Writes down a request.
pub(crate) fn request(env: &Env, line: &RequestLine<'_>) {
    log::entry(Level::Info, line);
    count(env, || line.point());
}

/// Writes down a try.
pub(crate) fn attempt(env: &Env, line: &TryLine<'_>) {
    log::entry(Level::Info, line);
    count(env, || line.point());
}

fn count(env: &Env, point: impl FnOnce() -> Point) {
    let Ok(dataset) = env.analytics_engine(DATASET) else { return };
    let point = point();
    let written = AnalyticsEngineDataPointBuilder::new()
        .indexes([point.index.as_str()])
        .blobs(point.blobs)
        .doubles(point.doubles)
        .write_to(&dataset);
    if let Err(fault) = written {
        log::line(Level::Error, "analytics_failed", &[("fault", &fault.to_string())]);
    }
}
