//! Properties of every filter and event.

use proptest::prelude::*;

use super::generators::{condition, event, filter, flat_filter, value};
use super::json::Json;
use super::matches;
use super::reference::holds;

/// Checks that both filters say the same of an event.
fn agree(one: &Json, other: &Json, event: &Json) -> Result<(), TestCaseError> {
    let (one, other, event) = (one.written(""), other.written(""), event.written(""));
    prop_assert_eq!(matches(&one, &event), matches(&other, &event), "{} {} {}", one, other, event);
    Ok(())
}

fn not(condition: &Json) -> Json {
    Json::object("$not", condition.clone())
}

fn all_of(name: &str, conditions: [&Json; 2]) -> Json {
    Json::object(name, Json::List(conditions.map(Json::clone).to_vec()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_filter_says_what_the_reference_says(filter in filter(), event in event()) {
        let (text, event_text) = (filter.written(""), event.written(" "));
        prop_assert_eq!(matches(&text, &event_text), holds(&filter, Some(&event)), "{}", text);
    }

    #[test]
    fn not_not_is_nothing(f in flat_filter(), c in condition(1, 0), event in event()) {
        agree(&not(&not(&f)), &f, &event)?;
        agree(&Json::object("a", not(&not(&c))), &Json::object("a", c), &event)?;
    }

    #[test]
    fn de_morgans_laws_hold(
                fs in [flat_filter(), flat_filter()],
        cs in [condition(1, 0), condition(1, 0)],
        event in event(),
    ) {
        for (inner, outer) in [("$and", "$or"), ("$or", "$and")] {
            let [f, g] = &fs;
            let law = |f: &Json, g: &Json| {
                (not(&all_of(inner, [f, g])), all_of(outer, [&not(f), &not(g)]))
            };
            let (one, other) = law(f, g);
            agree(&one, &other, &event)?;
            // On the value of a field, which may be an array.
            let [f, g] = &cs;
            let (one, other) = law(f, g);
            agree(&Json::object("a", one), &Json::object("a", other), &event)?;
        }
    }

    #[test]
    fn order_and_space_do_not_matter(filter in filter(), event in event()) {
        agree(&filter, &filter.reversed(false), &event)?;
        let reversed = event.reversed(false);
        let (text, spaced) = (filter.written(""), filter.written(" \n\t"));
        let other = reversed.written("\r ");
        prop_assert_eq!(matches(&text, &event.written("")), matches(&spaced, &other));
    }

    #[test]
    fn the_negative_operators_are_opposites(operand in value(3), event in event()) {
        let field = |rule: Json| Json::object("a", rule);
        let eq = field(Json::object("$eq", operand.clone()));
        agree(&field(Json::object("$neq", operand.clone())), &not(&eq), &event)?;
        let list = Json::List(vec![operand.clone(), Json::Null]);
        let one_of = field(Json::object("$in", list.clone()));
        agree(&field(Json::object("$nin", list)), &not(&one_of), &event)?;
        if !matches!(operand, Json::Object(_)) {
            agree(&field(operand), &eq, &event)?;
        }
    }
}
