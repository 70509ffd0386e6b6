//! Where a page of a list starts, and how long it is.

use serde::{Deserialize, Serialize};

use super::limits::{PAGE_SIZE, PAGE_SIZE_MAX};
use super::number::Seq;

/// Where a page of the history starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cursor {
    /// With the newest.
    Newest,
    /// With the first that is older than this.
    OlderThan(Seq),
    /// With the last page of those that are newer than this.
    NewerThan(Seq),
}

impl Cursor {
    /// Reads the value of a query parameter.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let seq = text.get(1..).and_then(|digits| digits.parse().ok()).map(Seq::new);
        match (text.get(..1), seq) {
            (Some("o"), Some(seq)) => Ok(Self::OlderThan(seq)),
            (Some("n"), Some(seq)) => Ok(Self::NewerThan(seq)),
            _ => Err("Invalid cursor."),
        }
    }

    /// The page that starts here, the newest first, of what was found from here on, of which one
    /// more than `limit` was asked for; and where the pages of older ones and of newer ones start.
    pub fn page<T>(
        self,
        limit: usize,
        mut found: Vec<T>,
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
        (found, older, newer)
    }

    /// The cursor as a query parameter; the newest page has none.
    pub fn text(self) -> Option<String> {
        match self {
            Self::Newest => None,
            Self::OlderThan(seq) => Some(format!("o{}", seq.get())),
            Self::NewerThan(seq) => Some(format!("n{}", seq.get())),
        }
    }
}

/// The page size that a query parameter gives.
pub fn page_size(text: &str) -> usize {
    text.parse()
        .ok()
        .filter(|&size| size > 0)
        .map_or(PAGE_SIZE, |size: usize| size.min(PAGE_SIZE_MAX))
}
