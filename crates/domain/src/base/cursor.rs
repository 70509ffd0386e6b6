//! Cursors and page sizes of the history and of the audit log.

use serde::{Deserialize, Serialize};

use super::limits::{PAGE_SIZE, PAGE_SIZE_MAX};
use super::number::Seq;

/// The start of a page, whose items are listed newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cursor {
    /// The page of the newest items.
    Newest,
    /// The page of the items that are next older than this one.
    OlderThan(Seq),
    /// The page of the items that are next newer than this one.
    NewerThan(Seq),
}

impl Cursor {
    /// Parses the value of a query parameter: `o` or `n`, followed by a number.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let seq = text.get(1..).and_then(|digits| digits.parse().ok()).map(Seq::new);
        match (text.get(..1), seq) {
            (Some("o"), Some(seq)) => Ok(Self::OlderThan(seq)),
            (Some("n"), Some(seq)) => Ok(Self::NewerThan(seq)),
            _ => Err("Invalid cursor."),
        }
    }

    /// Makes the page that starts at this cursor. `found` has up to `limit + 1` items in the
    /// cursor's direction. If the search stopped early, `reached` is where; the page may then be
    /// short or empty, and the next one begins there. Returns the page, newest first, and the
    /// cursors of the next older and the next newer page, if there may be such pages.
    pub fn page<T>(
        self,
        limit: usize,
        mut found: Vec<T>,
        reached: Option<Seq>,
        seq: impl Fn(&T) -> Seq,
    ) -> (Vec<T>, Option<Self>, Option<Self>) {
        let is_more = found.len() > limit;
        found.truncate(limit);
        let is_backwards = matches!(self, Self::NewerThan(_));
        if is_backwards {
            found.reverse();
        }
        let is_first = matches!(self, Self::Newest);
        let (has_older, has_newer) =
            if is_backwards { (true, is_more) } else { (is_more, !is_first) };
        let older = found.last().filter(|_| has_older).map(|last| Self::OlderThan(seq(last)));
        let newer = found.first().filter(|_| has_newer).map(|first| Self::NewerThan(seq(first)));
        match reached.filter(|_| !is_more) {
            Some(reached) if is_backwards => (found, older, Some(Self::NewerThan(reached))),
            Some(reached) => (found, Some(Self::OlderThan(reached)), newer),
            None => (found, older, newer),
        }
    }

    /// The cursor as the value of a query parameter; the newest page needs none.
    pub fn text(self) -> Option<String> {
        match self {
            Self::Newest => None,
            Self::OlderThan(seq) => Some(format!("o{}", seq.get())),
            Self::NewerThan(seq) => Some(format!("n{}", seq.get())),
        }
    }
}

/// Parses a page size from a query parameter. An invalid or zero size becomes the default, one that
/// is too large the maximum.
pub fn page_size(text: &str) -> usize {
    text.parse()
        .ok()
        .filter(|&size| size > 0)
        .map_or(PAGE_SIZE, |size: usize| size.min(PAGE_SIZE_MAX))
}
