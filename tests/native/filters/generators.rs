//! Generators of events and filters.

use std::collections::BTreeMap;

use domain::filter::FilterText;
use proptest::prelude::*;

use super::json::{Json, Number};

fn number() -> impl Strategy<Value = Json> {
    let near = -300_i128..=300;
    let far = prop::sample::select(vec![
        i128::from(i64::MAX) * 100,
        i128::from(i64::MAX) * 100 + 100,
        i128::from(u64::MAX) * 100 + 1,
        900_719_925_474_099_300,
        900_719_925_474_099_200,
    ]);
    (prop_oneof![3 => near, 1 => far], 0..5_u8)
        .prop_map(|(hundredths, spelling)| Json::Number(Number { hundredths, spelling }))
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "a", "b", "ab", "ba", "é", "\u{1f600}", "\u{ffff}", "\"\\\n"])
        .prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number(),
        word().prop_map(Json::Text),
    ]
}

fn field_name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "", "a/b~"]).prop_map(str::to_owned)
}

fn object(value: impl Strategy<Value = Json>) -> impl Strategy<Value = Json> {
    let members = prop::collection::btree_map(field_name(), value, 0..3);
    members.prop_map(|members| Json::Object(members.into_iter().collect()))
}

/// A value of at most `depth` levels.
pub(super) fn value(depth: u32) -> impl Strategy<Value = Json> {
    scalar().prop_recursive(depth, 12, 3, |inner| {
        prop_oneof![prop::collection::vec(inner.clone(), 0..3).prop_map(Json::List), object(inner),]
    })
}

pub(super) fn event() -> impl Strategy<Value = Json> {
    object(value(3))
}

/// An operator on the value of a field, with operands of at most `depth` levels.
fn operator(depth: u32) -> impl Strategy<Value = (String, Json)> {
    let named = |name: &'static str| move |operand| (name.to_owned(), operand);
    let values = || prop::collection::vec(value(depth), 0..3).prop_map(Json::List);
    let ordered = || prop_oneof![number(), word().prop_map(Json::Text)];
    let affix = || {
        let text = || word().prop_map(Json::Text);
        prop_oneof![text(), prop::collection::vec(text(), 1..3).prop_map(Json::List)]
    };
    prop_oneof![
        value(depth).prop_map(named("$eq")),
        value(depth).prop_map(named("$neq")),
        ordered().prop_map(named("$gt")),
        ordered().prop_map(named("$gte")),
        ordered().prop_map(named("$lt")),
        ordered().prop_map(named("$lte")),
        values().prop_map(named("$in")),
        values().prop_map(named("$nin")),
        affix().prop_map(named("$startsWith")),
        affix().prop_map(named("$endsWith")),
        any::<bool>().prop_map(Json::Bool).prop_map(named("$exist")),
    ]
}

/// Rules of an object, of which no two have the same name.
fn rules(rule: impl Strategy<Value = (String, Json)>) -> impl Strategy<Value = Json> {
    prop::collection::vec(rule, 1..3).prop_map(|rules| {
        let rules: BTreeMap<String, Json> = rules.into_iter().collect();
        Json::Object(rules.into_iter().collect())
    })
}

/// A condition on the value of a field: operators and values of `depth` levels, in combinations of
/// `nesting` levels. A bare value that is an object would be rules.
pub(super) fn condition(nesting: u32, depth: u32) -> impl Strategy<Value = Json> {
    let list = prop::collection::vec(value(depth), 0..3).prop_map(Json::List);
    let leaf = prop_oneof![3 => scalar(), 1 => list, 6 => rules(operator(depth))];
    leaf.prop_recursive(nesting, 10, 3, move |inner| {
        rules(prop_oneof![3 => combined(inner), 1 => operator(depth)])
    })
}

/// A field, or a combination of conditions.
fn combined(
    inner: impl Strategy<Value = Json> + Clone + 'static,
) -> impl Strategy<Value = (String, Json)> {
    let list = prop::collection::vec(inner.clone(), 1..3).prop_map(Json::List);
    prop_oneof![
        4 => (field_name(), inner.clone()),
        1 => list.clone().prop_map(|list| ("$and".to_owned(), list)),
        1 => list.prop_map(|list| ("$or".to_owned(), list)),
        1 => inner.prop_map(|inner| ("$not".to_owned(), inner)),
    ]
}

/// A filter: what is not a combination names a field.
pub(super) fn filter() -> impl Strategy<Value = Json> {
    let leaf = rules((field_name(), condition(2, 1)));
    leaf.prop_recursive(2, 6, 2, |inner| rules(combined(inner)))
        .prop_filter("too large", |filter| FilterText::parse(&filter.written("")).is_ok())
}

/// A filter that leaves three levels for what is put around it.
pub(super) fn flat_filter() -> impl Strategy<Value = Json> {
    rules((field_name(), condition(1, 0)))
}
