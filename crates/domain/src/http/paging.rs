//! The pages of a list: the parameters `page` and `page_size`, and the links between pages.
//!
//! The rules are those of Django REST framework's `PageNumberPagination`, which the vendor's API
//! uses. The caller fetches the items of a page.

use core::ops::Range;

use thiserror::Error;
use url::form_urlencoded;

use crate::base::{PAGE_SIZE, PAGE_SIZE_MAX};

/// The error for a page that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Invalid page.")]
pub struct InvalidPage;

/// The value of the parameter `page`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// A page number. The first page is 1.
    Number(usize),
    /// The last page.
    Last,
    /// Neither a number nor `last`.
    Invalid,
}

/// The page that a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageQuery {
    /// The page.
    pub page: Page,
    /// The number of items on a page.
    pub size: usize,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageWindow {
    /// The indexes of the page's items.
    pub range: Range<usize>,
    /// The URL of the next page, if there is one.
    pub next: Option<String>,
    /// The URL of the previous page, if there is one.
    pub previous: Option<String>,
}

impl PageQuery {
    /// Parses a query string without its question mark. If a parameter is repeated, the last one
    /// counts.
    pub fn parse(query: &str) -> Self {
        let mut parsed = Self { page: Page::Number(1), size: PAGE_SIZE };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                PAGE => parsed.page = page(&value),
                "page_size" => parsed.size = page_size(&value),
                _ => {}
            }
        }
        parsed
    }

    /// The requested page of a list of `count` items. Its links are made from the request's `url`
    /// (absolute, without a query) and `query`.
    pub fn window(&self, url: &str, query: &str, count: usize) -> Result<PageWindow, InvalidPage> {
        // An empty list has one empty page.
        let pages = count.div_ceil(self.size).max(1);
        let page = match self.page {
            Page::Number(page) if (1..=pages).contains(&page) => page,
            Page::Last => pages,
            Page::Number(_) | Page::Invalid => return Err(InvalidPage),
        };
        let start = page.saturating_sub(1).saturating_mul(self.size);
        let range = start..start.saturating_add(self.size).min(count);
        let next = (page < pages).then(|| link(url, query, page.saturating_add(1)));
        let previous = (page > 1).then(|| link(url, query, page.saturating_sub(1)));
        Ok(PageWindow { range, next, previous })
    }
}

const PAGE: &str = "page";

fn page(text: &str) -> Page {
    match (text, number(text)) {
        ("", _) => Page::Number(1),
        ("last", _) => Page::Last,
        (_, Some(page)) => Page::Number(page),
        (_, None) => Page::Invalid,
    }
}

fn page_size(text: &str) -> usize {
    number(text).filter(|&size| size > 0).map_or(PAGE_SIZE, |size| size.min(PAGE_SIZE_MAX))
}

/// Parses a number as Python's `int` does: surrounding space and a plus sign are allowed, and no
/// number is too large.
fn number(text: &str) -> Option<usize> {
    let text = text.trim();
    let digits = text.strip_prefix('+').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(usize::MAX))
}

/// The URL of a page. The first page has no parameter `page`.
fn link(url: &str, query: &str, page: usize) -> String {
    let number = (page > 1).then(|| page.to_string());
    link_with(url, query, PAGE, number.as_deref())
}

/// The `url` with the request's `query`, in which the parameter `name` has this `value`; `None`
/// removes the parameter. Parameters are sorted by name.
pub fn link_with(url: &str, query: &str, name: &str, value: Option<&str>) -> String {
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(other, _)| other != name);
    let mut pairs: Vec<_> = others.collect();
    pairs.extend(value.map(|value| (name.into(), value.into())));
    pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
    if pairs.is_empty() {
        return url.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{url}?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://hooks.example.com/v1/webhooks";

    #[test]
    fn a_query_is_read_as_the_vendor_reads_it() {
        let check = |query: &str, page: Page, size: usize| {
            assert_eq!(PageQuery::parse(query), PageQuery { page, size }, "{query:?}");
        };
        check("", Page::Number(1), 100);
        check("page=", Page::Number(1), 100);
        check("page=3&x=4", Page::Number(3), 100);
        check("page=1&page=2", Page::Number(2), 100);
        check("page=%202", Page::Number(2), 100);
        check("page=+2+", Page::Number(2), 100);
        check("page=%2B2", Page::Number(2), 100);
        check("page=last", Page::Last, 100);
        check("page=0", Page::Number(0), 100);
        check("page=99999999999999999999", Page::Number(usize::MAX), 100);
        for bad in ["-1", "abc", "1.0", "1.5", "Last", "%2B", "1%002", "%FF"] {
            check(&format!("page={bad}"), Page::Invalid, 100);
        }
        check("page_size=7", Page::Number(1), 7);
        check("page_size=1000", Page::Number(1), 1_000);
        for large in ["1001", "99999999999999999999"] {
            check(&format!("page_size={large}"), Page::Number(1), 1_000);
        }
        for bad in ["0", "-1", "abc", "", "1.5"] {
            check(&format!("page_size={bad}"), Page::Number(1), 100);
        }
    }

    /// Checks the page for `query` in a list of `count` items: its range, and the queries of its
    /// links to the next and the previous page.
    fn check(query: &str, count: usize, expected: Option<(Range<usize>, &str, &str)>) {
        let window = PageQuery::parse(query).window(URL, query, count).ok();
        let link = |rest: &str| (!rest.is_empty()).then(|| format!("{URL}{}", rest.trim()));
        let expected = expected.map(|(range, next, previous)| PageWindow {
            range,
            next: link(next),
            previous: link(previous),
        });
        assert_eq!(window, expected, "{query:?} of {count}");
    }

    #[test]
    fn an_empty_list_has_one_page() {
        check("", 0, Some((0..0, "", "")));
        check("page=1", 0, Some((0..0, "", "")));
        check("page=last", 0, Some((0..0, "", "")));
        check("page=2", 0, None);
    }

    #[test]
    fn pages_link_to_their_neighbours() {
        check("page_size=2", 5, Some((0..2, "?page=2&page_size=2", "")));
        check("page_size=2&page=2", 5, Some((2..4, "?page=3&page_size=2", "?page_size=2")));
        check("page=3&page_size=2", 5, Some((4..5, "", "?page=2&page_size=2")));
        check("page=last&page_size=2", 5, Some((4..5, "", "?page=2&page_size=2")));
        check("page_size=5", 5, Some((0..5, "", "")));
        check("", 250, Some((0..100, "?page=2", "")));
        // A space stands for a link without a query.
        check("page=2", 250, Some((100..200, "?page=3", " ")));
        for bad in ["0", "4", "99", "-1", "abc", "99999999999999999999"] {
            check(&format!("page_size=2&page={bad}"), 5, None);
        }
    }

    #[test]
    fn links_keep_other_parameters_in_order_of_their_names() {
        let next = "?a=%26+%C3%A9&page=2&z=2&z=1&%C3%A9=";
        check("z=2&%C3%A9&page=1&a=%26%20%c3%a9&z=1", 101, Some((0..100, next, "")));
    }
}
