//! The trace of each attempt: that with which its event was published first, whatever happened
//! since.

use domain::dispatch::SendJob;
use domain::event::{TraceContext, trace};

use super::world::World;
use crate::support::traces::trace_of;

impl World {
    /// Checks the trace headers of a POST.
    pub(super) fn check_trace(attempt: &SendJob) {
        let Ok(request) = &attempt.request else { return };
        let id = &attempt.event_id;
        let published = trace_of(id);
        let parent = trace::parent(published.as_ref(), &Self::id(), id, attempt.at);
        assert_eq!(request.header(trace::TRACEPARENT), Some(parent.as_str()), "{id}");
        let state = published.as_ref().and_then(TraceContext::state);
        assert_eq!(request.header(trace::TRACESTATE), state, "{id}");
        let (trace_id, _) = attempt.trace_ids().unwrap();
        assert_eq!(trace_id, trace::trace_id(published.as_ref(), id), "each attempt has one trace");
    }
}
