//! The trace of each attempt: that with which its event was published first, whatever happened
//! since.

use domain::dispatch::SendJob;
use domain::event::trace;

use super::world::World;
use crate::support::traces::trace_of;

impl World {
    /// Checks the trace headers of a POST.
    pub(super) fn check_trace(attempt: &SendJob) {
        let Ok(request) = &attempt.request else { return };
        let id = &attempt.event_id;
        let published = trace_of(id);
        let sent: Vec<_> =
            trace::headers(published.as_ref(), &Self::id(), id, attempt.at).collect();
        for (name, value) in &sent {
            assert_eq!(request.header(name), Some(value.as_str()), "{id}");
        }
        assert_eq!(request.header(trace::TRACESTATE).is_some(), sent.len() == 2, "{id}");
        let (trace_id, _) = attempt.trace_ids().unwrap();
        assert_eq!(trace_id, trace::trace_id(published.as_ref(), id), "each attempt has one trace");
    }
}
