//! Filters: tables of what matches, and properties beside a slow reference.

mod json;
mod reference;
mod generators;
mod properties;
mod tables;

use domain::filter::{Filter, FilterText};
use domain::json::LazyValue;

fn parsed(filter: &str) -> Filter {
    let text = FilterText::parse(filter).unwrap_or_else(|fault| panic!("{filter}: {fault}"));
    text.map_or_else(Filter::default, |text| Filter::from_stored(&text))
}

/// Whether an event matches, and the same by the reason.
fn matches(filter: &str, event: &str) -> bool {
    let (filter, event) = (parsed(filter), LazyValue::new(event));
    let matches = filter.matches(&event);
    assert_eq!(filter.reason(&event).is_none(), matches, "{filter:?} {}", event.json());
    matches
}
