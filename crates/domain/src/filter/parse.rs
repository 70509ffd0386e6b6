//! Parses filters, and says where a text is none.

use std::borrow::Cow;

use super::condition::{Bound, Condition, Filter, Operand, Operator, Rule, Side, Test};
use super::fault::{FilterFault, FilterFaultKind};
use super::text::FilterText;
use crate::base::{FILTER_BYTES_MAX, FILTER_DEPTH_MAX, FILTER_LEAVES_MAX};
use crate::json::lazy::{elements, members, text};
use crate::json::{JsonError, JsonErrorKind, Kind};

type Parsed<T> = Result<T, FilterFault>;

impl Filter {
    /// Parses a filter from a text that is known to be JSON.
    fn parse(json: &str) -> Parsed<Self> {
        let kind = Kind::of(json.as_bytes());
        if kind != Kind::Dict {
            return Err(FilterFaultKind::NotAnObject(kind).into());
        }
        // An object without a rule is a fault everywhere but here, where it leaves nothing out.
        let rules = Parser { leaves: 0 }.rules(json, Place::Event, 1)?;
        Ok(Self { rules })
    }

    /// The filter with a stored text. A text that only another release can read leaves nothing out,
    /// so that no event is lost.
    pub fn from_stored(text: &FilterText) -> Self {
        Self::parse(text.as_str()).unwrap_or_default()
    }
}

impl FilterText {
    /// Parses a filter from a text that is known to be JSON. `None` if every event matches.
    pub fn parse(json: &str) -> Parsed<Option<Self>> {
        let text = Self::new(json);
        if text.as_str().len() > FILTER_BYTES_MAX {
            return Err(FilterFaultKind::TooLong.into());
        }
        let filter = Filter::parse(text.as_str())?;
        Ok((!filter.rules.is_empty()).then_some(text))
    }
}

/// What a condition is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The event as a whole.
    Event,
    /// The value of a field.
    Field,
}

/// A parser, and the number of values that it has read.
struct Parser {
    leaves: usize,
}

impl Parser {
    /// Parses a condition that `depth` objects and lists are around.
    fn condition(&mut self, json: &str, place: Place, depth: usize) -> Parsed<Condition> {
        if Kind::of(json.as_bytes()) == Kind::Dict {
            let rules = self.rules(json, place, deeper(depth)?)?;
            return if rules.is_empty() {
                Err(FilterFaultKind::NoCondition.into())
            } else {
                Ok(Condition::Rules(rules))
            };
        }
        match place {
            Place::Event => Err(FilterFaultKind::NoField.into()),
            Place::Field => self.operand(json, depth).map(Condition::Value),
        }
    }

    /// Parses an object of rules. `depth` counts the object.
    fn rules(&mut self, json: &str, place: Place, depth: usize) -> Parsed<Vec<Rule>> {
        let mut rule = |(name, json): &(Cow<'_, str>, &str)| {
            let rule = if name.starts_with('$') {
                self.operator(name, json, place, depth)
            } else {
                let condition = self.condition(json, Place::Field, depth);
                condition.map(|condition| Rule::Field(name.to_string(), condition))
            };
            rule.map_err(|fault| fault.under(name))
        };
        unrepeated(json)?.iter().map(&mut rule).collect()
    }

    fn operator(&mut self, name: &str, json: &str, place: Place, depth: usize) -> Parsed<Rule> {
        let operator = Operator::named(name).ok_or(FilterFaultKind::UnknownOperator)?;
        Ok(match operator {
            Operator::And => Rule::And(self.conditions(json, place, depth)?),
            Operator::Or => Rule::Or(self.conditions(json, place, depth)?),
            Operator::Not => Rule::Not(Box::new(self.condition(json, place, depth)?)),
            _ if place == Place::Event => return Err(FilterFaultKind::NoField.into()),
            Operator::Eq => Rule::Test(operator, Test::Equal(self.operand(json, depth)?)),
            Operator::Neq => Rule::NotTest(operator, Test::Equal(self.operand(json, depth)?)),
            Operator::In => Rule::Test(operator, Test::OneOf(self.operands(json, depth)?)),
            Operator::Nin => Rule::NotTest(operator, Test::OneOf(self.operands(json, depth)?)),
            Operator::Gt => Rule::Test(operator, self.order(Side::Above, json)?),
            Operator::Gte => Rule::Test(operator, self.order(Side::AtOrAbove, json)?),
            Operator::Lt => Rule::Test(operator, self.order(Side::Below, json)?),
            Operator::Lte => Rule::Test(operator, self.order(Side::AtOrBelow, json)?),
            Operator::StartsWith => {
                Rule::Test(operator, Test::StartsWith(self.affixes(json, depth)?))
            }
            Operator::EndsWith => Rule::Test(operator, Test::EndsWith(self.affixes(json, depth)?)),
            Operator::Exist => Rule::Exist(self.flag(json)?),
        })
    }

    /// Parses the list of `$and` or `$or`. An empty one says nothing, so it is a mistake.
    fn conditions(&mut self, json: &str, place: Place, depth: usize) -> Parsed<Vec<Condition>> {
        let depth = deeper(depth)?;
        let list = list(json)?;
        if list.is_empty() {
            return Err(FilterFaultKind::EmptyList.into());
        }
        each(&list, |json| self.condition(json, place, depth))
    }

    /// Parses the list of `$in` or `$nin`.
    fn operands(&mut self, json: &str, depth: usize) -> Parsed<Vec<Operand>> {
        let depth = deeper(depth)?;
        let list = list(json)?;
        if list.is_empty() {
            self.count_leaf()?;
        }
        each(&list, |json| self.operand(json, depth))
    }

    fn operand(&mut self, json: &str, depth: usize) -> Parsed<Operand> {
        let operand = match Kind::of(json.as_bytes()) {
            Kind::Null => Operand::Null,
            Kind::Bool => Operand::Bool(json == "true"),
            Kind::Int | Kind::Float => Operand::Number(json.to_owned()),
            Kind::Str => Operand::Text(string(json)?),
            Kind::List => {
                let (depth, list) = (deeper(depth)?, list(json)?);
                if !list.is_empty() {
                    return each(&list, |json| self.operand(json, depth)).map(Operand::List);
                }
                Operand::List(Vec::new())
            }
            Kind::Dict => {
                let (depth, members) = (deeper(depth)?, unrepeated(json)?);
                if !members.is_empty() {
                    let member = |(name, json): (Cow<'_, str>, &str)| {
                        let operand = self.operand(json, depth);
                        let operand = operand.map_err(|fault| fault.under(&name))?;
                        Ok((name.into_owned(), operand))
                    };
                    return members
                        .into_iter()
                        .map(member)
                        .collect::<Parsed<_>>()
                        .map(Operand::Object);
                }
                Operand::Object(Vec::new())
            }
        };
        self.count_leaf()?;
        Ok(operand)
    }

    fn order(&mut self, side: Side, json: &str) -> Parsed<Test> {
        let bound = match Kind::of(json.as_bytes()) {
            Kind::Int | Kind::Float => Bound::Number(json.to_owned()),
            Kind::Str => Bound::Text(string(json)?),
            Kind::Null | Kind::Bool | Kind::List | Kind::Dict => {
                return Err(FilterFaultKind::NotOrdered.into());
            }
        };
        self.count_leaf()?;
        Ok(Test::Order(side, bound))
    }

    /// Parses the operand of `$startsWith` or `$endsWith`: a string, or a list of several.
    fn affixes(&mut self, json: &str, depth: usize) -> Parsed<Vec<String>> {
        let mut affix = |json: &str| {
            if Kind::of(json.as_bytes()) != Kind::Str {
                return Err(FilterFaultKind::NotAString.into());
            }
            self.count_leaf()?;
            string(json)
        };
        if Kind::of(json.as_bytes()) != Kind::List {
            return affix(json).map(|affix| vec![affix]);
        }
        deeper(depth)?;
        let list = list(json)?;
        if list.is_empty() {
            return Err(FilterFaultKind::EmptyList.into());
        }
        each(&list, affix)
    }

    fn flag(&mut self, json: &str) -> Parsed<bool> {
        self.count_leaf()?;
        match json {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(FilterFaultKind::NotABoolean.into()),
        }
    }

    fn count_leaf(&mut self) -> Parsed<()> {
        self.leaves = self.leaves.saturating_add(1);
        if self.leaves > FILTER_LEAVES_MAX {
            return Err(FilterFaultKind::TooManyLeaves.into());
        }
        Ok(())
    }
}

/// The depth of an object or a list that `depth` others are around.
fn deeper(depth: usize) -> Parsed<usize> {
    let depth = depth.saturating_add(1);
    if depth > FILTER_DEPTH_MAX { Err(FilterFaultKind::TooDeep.into()) } else { Ok(depth) }
}

/// Parses an object whose names must differ.
fn unrepeated(json: &str) -> Parsed<Vec<(Cow<'_, str>, &str)>> {
    let members = members(json).map_err(|error| surrogate(&error))?;
    for (index, (name, _)) in members.iter().enumerate() {
        if members.iter().take(index).any(|(earlier, _)| earlier == name) {
            return Err(FilterFault::new(FilterFaultKind::Repeated).under(name));
        }
    }
    Ok(members)
}

fn list(json: &str) -> Parsed<Vec<&str>> {
    let kind = Kind::of(json.as_bytes());
    if kind != Kind::List {
        return Err(FilterFaultKind::NotAList(kind).into());
    }
    elements(json).map_err(|error| surrogate(&error))
}

fn each<T>(list: &[&str], mut parse: impl FnMut(&str) -> Parsed<T>) -> Parsed<Vec<T>> {
    let parse = |(index, json): (usize, &&str)| {
        parse(json).map_err(|fault| fault.under(&index.to_string()))
    };
    list.iter().enumerate().map(parse).collect()
}

fn string(json: &str) -> Parsed<String> {
    text(json).map(Cow::into_owned).map_err(|error| surrogate(&error))
}

/// The fault of a string that cannot be read. The text is known to be JSON, so it can only be half
/// of a surrogate pair.
fn surrogate(error: &JsonError) -> FilterFault {
    let unit = if let JsonErrorKind::Surrogate(unit) = error.kind { unit } else { 0xd800 };
    FilterFaultKind::Surrogate(unit).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{ValidateOnly, parse};

    fn check(json: &str, expected: &str) {
        let fault = FilterText::parse(json).expect_err(json);
        assert_eq!(fault.to_string(), expected, "{json}");
    }

    #[test]
    fn every_fault_has_its_place() {
        for (json, expected) in [
            ("null", "Expected a dictionary of items but got type \"NoneType\"."),
            ("[]", "Expected a dictionary of items but got type \"list\"."),
            ("\"{}\"", "Expected a dictionary of items but got type \"str\"."),
            ("1e400", "Expected a dictionary of items but got type \"float\"."),
            (r#"{"a":{}}"#, "/a: A condition is required."),
            (r#"{"a":1,"b":{"c":2,"d":{}}}"#, "/b/d: A condition is required."),
            (r#"{"$and":[{}]}"#, "/$and/0: A condition is required."),
            (r#"{"$not":{}}"#, "/$not: A condition is required."),
            (r#"{"a":{"$not":{}}}"#, "/a/$not: A condition is required."),
            (r#"{"a":1,"b":2,"a":1}"#, "/a: This name is there twice."),
            (r#"{"a":{"$eq":1,"$eq":1}}"#, "/a/$eq: This name is there twice."),
            (r#"{"a":{"$eq":{"b":1,"\u0062":2}}}"#, "/a/$eq/b: This name is there twice."),
            (r#"{"a":{"$in":["x",{"b":1,"b":1}]}}"#, "/a/$in/1/b: This name is there twice."),
            (r#"{"a":{"$in":"pro"}}"#, "/a/$in: Expected a list of items but got type \"str\"."),
            (r#"{"a":{"$nin":{}}}"#, "/a/$nin: Expected a list of items but got type \"dict\"."),
            (r#"{"$or":{"a":1}}"#, "/$or: Expected a list of items but got type \"dict\"."),
            (r#"{"a":{"$and":1}}"#, "/a/$and: Expected a list of items but got type \"int\"."),
            (r#"{"$or":[]}"#, "/$or: This list may not be empty."),
            (r#"{"a":{"$and":[]}}"#, "/a/$and: This list may not be empty."),
            (r#"{"a":{"$startsWith":[]}}"#, "/a/$startsWith: This list may not be empty."),
            (r#"{"a":{"$exist":1}}"#, "/a/$exist: Must be a valid boolean."),
            (r#"{"a":{"$exist":"true"}}"#, "/a/$exist: Must be a valid boolean."),
            (r#"{"a":{"$exist":null}}"#, "/a/$exist: Must be a valid boolean."),
            (r#"{"a":{"$gt":null}}"#, "/a/$gt: A number or a string is required."),
            (r#"{"a":{"$gte":true}}"#, "/a/$gte: A number or a string is required."),
            (r#"{"a":{"$lt":[1]}}"#, "/a/$lt: A number or a string is required."),
            (r#"{"a":{"$lte":{}}}"#, "/a/$lte: A number or a string is required."),
            (
                r#"{"a":{"$startsWith":1}}"#,
                "/a/$startsWith: A string or a list of strings is required.",
            ),
            (
                r#"{"a":{"$endsWith":["x",null]}}"#,
                "/a/$endsWith/1: A string or a list of strings is required.",
            ),
            (
                r#"{"a~b/c":{"$gt":"\ud800"}}"#,
                "/a~0b~1c/$gt: Surrogate characters are not allowed: U+D800.",
            ),
            (r#"{"a":{"\udc00":1}}"#, "/a: Surrogate characters are not allowed: U+DC00."),
            (
                r#"{"":{"":{"$in":[[],"\udead"]}}}"#,
                "///$in/1: Surrogate characters are not allowed: U+DEAD.",
            ),
        ] {
            check(json, expected);
        }
    }

    #[test]
    fn a_comparison_is_with_a_field() {
        let sentence = "An event is an object: name the field that this is for.";
        for (json, place) in [
            (r#"{"$eq":{"a":1}}"#, "/$eq"),
            (r#"{"a":1,"$gt":5}"#, "/$gt"),
            (r#"{"$exist":true}"#, "/$exist"),
            (r#"{"$not":5}"#, "/$not"),
            (r#"{"$or":[{"a":1},"b"]}"#, "/$or/1"),
            (r#"{"$and":[{"$not":{"$in":["x"]}}]}"#, "/$and/0/$not/$in"),
        ] {
            check(json, &format!("{place}: {sentence}"));
        }
    }

    #[test]
    fn what_begins_with_a_dollar_is_an_operator() {
        let sentence = "There is no such operator. There are $eq, $neq, $gt, $gte, $lt, $lte, $in, \
                        $nin, $startsWith, $endsWith, $exist, $and, $or, $not.";
        for name in ["$ne", "$exists", "$regex", "$ref", "$EQ", "$", "$$eq", "$eq "] {
            check(&format!(r#"{{"a":{{"{name}":1}}}}"#), &format!("/a/{name}: {sentence}"));
            check(&format!(r#"{{"{name}":1}}"#), &format!("/{name}: {sentence}"));
        }
    }

    /// A filter that nests fields to this depth.
    fn nested(depth: usize) -> String {
        ["{\"a\":".repeat(depth), "1".to_owned(), "}".repeat(depth)].concat()
    }

    #[test]
    fn a_filter_is_bounded() {
        let deep = "Ensure this is nested no deeper than 8 levels.";
        assert!(FilterText::parse(&nested(FILTER_DEPTH_MAX)).is_ok());
        check(&nested(FILTER_DEPTH_MAX + 1), &format!("{}: {deep}", "/a".repeat(8)));
        check(&nested(100), &format!("{}: {deep}", "/a".repeat(8)));
        let list = |depth: usize| {
            format!("{{\"a\":{{\"$eq\":{}{}}}}}", "[".repeat(depth - 2), "]".repeat(depth - 2))
        };
        assert!(FilterText::parse(&list(FILTER_DEPTH_MAX)).is_ok());
        check(&list(FILTER_DEPTH_MAX + 1), &format!("/a/$eq{}: {deep}", "/0".repeat(6)));
        for (open, close) in [("{\"$not\":", "}"), ("{\"$or\":[", "]}")] {
            let levels = FILTER_DEPTH_MAX / open.matches(['{', '[']).count();
            let nested = |levels: usize| {
                format!("{}{{\"a\":1}}{}", open.repeat(levels), close.repeat(levels))
            };
            assert!(FilterText::parse(&nested(levels - 1)).is_ok(), "{open}");
            let fault = FilterText::parse(&nested(levels)).unwrap_err();
            assert_eq!(fault.kind, FilterFaultKind::TooDeep, "{open}");
        }

        let leaves = "Ensure there are no more than 64 values to compare with.";
        let fields = |count: usize| {
            let fields: Vec<_> = (0..count).map(|n| format!("\"f{n}\":{n}")).collect();
            format!("{{{}}}", fields.join(","))
        };
        assert!(FilterText::parse(&fields(FILTER_LEAVES_MAX)).is_ok());
        check(&fields(FILTER_LEAVES_MAX + 1), &format!("/f64: {leaves}"));
        let values =
            |count: usize| format!("{{\"a\":{{\"$in\":[{}]}}}}", vec!["{}"; count].join(","));
        assert!(FilterText::parse(&values(FILTER_LEAVES_MAX)).is_ok());
        check(&values(FILTER_LEAVES_MAX + 1), &format!("/a/$in/64: {leaves}"));

        let long = |bytes: usize| format!("{{ \"a\" : \"{}\" }}", "x".repeat(bytes - 8));
        assert!(FilterText::parse(&long(FILTER_BYTES_MAX)).is_ok(), "spaces do not count");
        let sentence = "Ensure this has no more than 4096 bytes, not counting spaces.";
        check(&long(FILTER_BYTES_MAX + 1), sentence);
        check(&long(60_000), sentence);
    }

    #[test]
    fn what_is_kept_is_the_text_without_spaces() {
        let check = |json: &str, expected: Option<&str>| {
            let text = FilterText::parse(json).unwrap();
            assert_eq!(text.as_ref().map(FilterText::as_str), expected, "{json}");
            if let Some(text) = text {
                assert_eq!(
                    parse::parse(json.as_bytes(), ValidateOnly).is_ok(),
                    !json.contains("e4")
                );
                assert_eq!(FilterText::parse(text.as_str()), Ok(Some(text)));
            }
        };
        check("{}", None);
        check(" { } ", None);
        check(
            "{ \"a b\" : { \"$gte\" : 0.10 , \"$lt\" : 1e400 } }",
            Some("{\"a b\":{\"$gte\":0.10,\"$lt\":1e400}}"),
        );
        check(
            r#"{"a":{"$in":[]},"b":{"$startsWith":""},"c":null}"#,
            Some(r#"{"a":{"$in":[]},"b":{"$startsWith":""},"c":null}"#),
        );
    }

    #[test]
    fn a_text_that_cannot_be_read_leaves_nothing_out() {
        let later: FilterText = serde_json::from_str(r#"{"a":{"$regex":"x"}}"#).unwrap();
        assert_eq!(Filter::from_stored(&later), Filter::default());
    }
}
