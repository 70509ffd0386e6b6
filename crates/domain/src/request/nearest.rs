//! The known name that an unknown one most likely stands for.

use crate::base::UNKNOWN_NAME_CHARS_MAX;

/// Returns the known name that `name` is a misspelling of, or else the first one that has most of
/// its words; `None` if there is neither.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    if name.chars().count() > UNKNOWN_NAME_CHARS_MAX {
        return None;
    }
    let name = snake(name);
    let distance = |known: &str| distance(&name, known);
    // Of two that are as near, the one with the same ending: a plural stands for a plural.
    let has_other_end = |known: &str| known.chars().last() != name.chars().last();
    let nearness = |known: &&str| (distance(known), has_other_end(known));
    let misspelt = known.iter().copied().min_by_key(nearness);
    // A third of the letters may be wrong.
    if let Some(known) = misspelt.filter(|known| distance(known) <= name.chars().count() / 3) {
        return Some(known);
    }
    let shared = |known: &str| words(&name).filter(|word| words(known).any(|w| w == *word)).count();
    let most = known.iter().map(|known| shared(known)).max().filter(|most| *most > 0)?;
    known.iter().copied().find(|known| shared(known) == most)
}

/// Writes a name as the API does: `targetUrl`, `Target-URL` and ` target_url` as `target_url`.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len());
    let mut was_lower = false;
    for c in name.trim().chars() {
        if c.is_uppercase() && was_lower {
            snake.push('_');
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        if matches!(c, '-' | ' ' | '.') {
            snake.push('_');
        } else {
            snake.extend(c.to_lowercase());
        }
    }
    snake
}

/// The words of a name, without the `s` of a plural.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split('_').map(|word| word.trim_end_matches('s')).filter(|word| word.len() > 2)
}

/// The number of letters to add, to leave out, to replace, or to swap with the next one.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, letter) in a.chars().enumerate() {
        let mut next = Vec::with_capacity(last.len());
        next.push(row.saturating_add(1));
        for (at, other) in b.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX);
            let replaced = cell(&last, at).saturating_add(usize::from(letter != *other));
            let left_out = cell(&last, at.saturating_add(1)).saturating_add(1);
            let added = cell(&next, at).saturating_add(1);
            let before = at.checked_sub(1);
            let is_swap =
                previous == Some(*other) && before.and_then(|at| b.get(at)) == Some(&letter);
            let swapped = if is_swap {
                cell(&before_last, at.saturating_sub(1)).saturating_add(1)
            } else {
                usize::MAX
            };
            next.push(replaced.min(left_out).min(added).min(swapped));
        }
        previous = Some(letter);
        before_last = core::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 9] = [
        "target_url",
        "active",
        "event_type",
        "event_types",
        "basic_auth_username",
        "basic_auth_password",
        "additional_headers",
        "signing_secret",
        "name",
    ];

    #[test]
    fn a_misspelt_name_and_a_part_of_one_are_found() {
        for (name, expected) in [
            ("event_typs", Some("event_types")),
            ("event_typ", Some("event_type")),
            ("event_typess", Some("event_types")),
            ("eventTypes", Some("event_types")),
            ("EventType", Some("event_type")),
            ("event-type", Some("event_type")),
            ("targetURL", Some("target_url")),
            ("traget_url", Some("target_url")),
            ("nmae", Some("name")),
            ("actve", Some("active")),
            ("ACTIVE", Some("active")),
            (" active", Some("active")),
            ("secret", Some("signing_secret")),
            ("secrets", Some("signing_secret")),
            ("webhook_url", Some("target_url")),
            ("headers", Some("additional_headers")),
            ("header", Some("additional_headers")),
            ("password", Some("basic_auth_password")),
            ("username", Some("basic_auth_username")),
            ("event", Some("event_type")),
            ("zzz", None),
            ("", None),
            ("s", None),
        ] {
            assert_eq!(nearest(name, &KNOWN), expected, "{name}");
        }
        assert_eq!(nearest(&"a".repeat(60_000), &KNOWN), None);
        assert_eq!(nearest("x", &[]), None);
    }

    #[test]
    fn distances_are_those_of_single_mistakes() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("abc", "abc", 0),
            ("abc", "abd", 1),
            ("abc", "ac", 1),
            ("abc", "abxc", 1),
            ("abcd", "acbd", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }
}
