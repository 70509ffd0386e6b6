//! The reference: what a filter says, written from the rules in `domain::filter::condition`. It
//! enumerates every value that could match.

use super::json::Json;

/// The operators that an array satisfies by an element.
const OF_ELEMENTS: [&str; 8] =
    ["$eq", "$gt", "$gte", "$lt", "$lte", "$in", "$startsWith", "$endsWith"];

/// The reference: whether a condition holds for a value.
pub(super) fn holds(condition: &Json, value: Option<&Json>) -> bool {
    let Json::Object(rules) = condition else {
        return value.is_some_and(|v| v.candidates().iter().any(|v| v.equals(condition)));
    };
    let (of_elements, of_whole): (Vec<_>, Vec<_>) = rules
        .iter()
        .partition(|(name, _)| !name.starts_with('$') || OF_ELEMENTS.contains(&name.as_str()));
    let candidates = value.map_or(vec![None], |v| v.candidates().into_iter().map(Some).collect());
    of_whole.iter().all(|(name, operand)| holds_for_whole(name, operand, value))
        && (of_elements.is_empty()
            || candidates.iter().any(|candidate| {
                of_elements.iter().all(|(name, operand)| test(name, operand, *candidate))
            }))
}

fn holds_for_whole(name: &str, operand: &Json, value: Option<&Json>) -> bool {
    let Json::List(list) = operand else {
        return match (name, operand) {
            ("$exist", Json::Bool(exists)) => value.is_some() == *exists,
            ("$not", condition) => !holds(condition, value),
            ("$neq", _) => !holds(&Json::object("$eq", operand.clone()), value),
            _ => panic!("{name}"),
        };
    };
    match name {
        "$and" => list.iter().all(|condition| holds(condition, value)),
        "$or" => list.iter().any(|condition| holds(condition, value)),
        "$nin" => !holds(&Json::object("$in", operand.clone()), value),
        "$not" => !holds(operand, value),
        "$neq" => !holds(&Json::object("$eq", operand.clone()), value),
        _ => panic!("{name}"),
    }
}

fn test(name: &str, operand: &Json, value: Option<&Json>) -> bool {
    if !name.starts_with('$') {
        let is_list = matches!(value, Some(Json::List(_)));
        return !is_list && holds(operand, value.and_then(|value| value.member(name)));
    }
    let Some(value) = value else { return false };
    let order = match (value, operand) {
        (Json::Number(a), Json::Number(b)) => Some(a.hundredths.cmp(&b.hundredths)),
        (Json::Text(a), Json::Text(b)) => Some(a.chars().cmp(b.chars())),
        _ => None,
    };
    let affixes =
        || if let Json::List(list) = operand { list.iter().collect() } else { vec![operand] };
    let has_affix = |has: fn(&str, &str) -> bool| {
        affixes().iter().any(|affix| match (value, affix) {
            (Json::Text(text), Json::Text(affix)) => has(text, affix),
            _ => false,
        })
    };
    match (name, operand) {
        ("$eq", _) => value.equals(operand),
        ("$in", Json::List(list)) => list.iter().any(|one| value.equals(one)),
        ("$gt", _) => order.is_some_and(std::cmp::Ordering::is_gt),
        ("$gte", _) => order.is_some_and(std::cmp::Ordering::is_ge),
        ("$lt", _) => order.is_some_and(std::cmp::Ordering::is_lt),
        ("$lte", _) => order.is_some_and(std::cmp::Ordering::is_le),
        ("$startsWith", _) => has_affix(|text, affix| text.starts_with(affix)),
        ("$endsWith", _) => has_affix(|text, affix| text.ends_with(affix)),
        _ => panic!("{name}"),
    }
}
