//! Records requests and attempts: each as a line of the log and, if the deployment has bound a
//! dataset of Workers Analytics Engine as `ANALYTICS`, as a data point. Recording never delays or
//! fails a request or an attempt.

use std::cell::OnceCell;

use domain::telemetry::{AttemptLine, Point, RequestLine};
use worker::{AnalyticsEngineDataPointBuilder, Env};

use super::log;
use super::log::Level;

/// The name of the binding of the dataset.
const DATASET: &str = "ANALYTICS";

thread_local! {
    /// Whether the dataset is bound. Bindings do not change while an isolate lives.
    static IS_BOUND: OnceCell<bool> = const { OnceCell::new() };
}

/// Records a request.
pub(crate) fn request(env: &Env, line: &RequestLine<'_>) {
    log::entry(if line.has_failed() { Level::Error } else { Level::Info }, line);
    count(env, || line.point());
}

/// Records an attempt.
pub(crate) fn attempt(env: &Env, line: &AttemptLine<'_>) {
    log::entry(if line.has_failed() { Level::Warning } else { Level::Info }, line);
    count(env, || line.point());
}

fn count(env: &Env, point: impl FnOnce() -> Point) {
    if !IS_BOUND.with(|is_bound| *is_bound.get_or_init(|| env.analytics_engine(DATASET).is_ok())) {
        return;
    }
    let Ok(dataset) = env.analytics_engine(DATASET) else { return };
    let point = point();
    let written = AnalyticsEngineDataPointBuilder::new()
        .indexes([point.index.as_str()])
        .blobs(point.blobs)
        .doubles(point.doubles)
        .write_to(&dataset);
    if let Err(error) = written {
        log::line(Level::Error, "analytics_failed", &[("error", &error.to_string())]);
    }
}
