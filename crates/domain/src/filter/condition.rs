//! What a filter says, once it is parsed.
//!
//! A filter is a condition on the event, and a condition is
//!
//! - a value, which the event's value must equal, or
//! - an object of rules, all of which must hold: the name of a field, with a condition on its
//!   value, or an operator, whose name begins with `$`.
//!
//! An array in the event matches a value or an object of rules if one of its elements does: one and
//! the same element for all the fields and comparisons of an object. What negates (`$neq`, `$nin`,
//! `$not`), what combines (`$and`, `$or`) and `$exist` are about the array as a whole: `$nin` holds
//! if no element is in the list, and the parts of an `$and` may hold for different elements. So
//! `$neq` is always the opposite of `$eq`, `$nin` that of `$in`, and De Morgan's laws hold.
//!
//! Values of different kinds are never equal, and neither is greater. Numbers are compared as
//! decimals, to the last digit; strings by their code points. What is missing equals nothing, not
//! even `null`.

use core::cmp::Ordering;

/// A parsed filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The rules; none: every event matches.
    pub(super) rules: Vec<Rule>,
}

/// A condition on a value of the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// The value equals this one.
    Value(Operand),
    /// All of these rules hold.
    Rules(Vec<Rule>),
}

/// One rule of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rule {
    /// The condition on the field of this name holds.
    Field(String, Condition),
    /// The comparison holds.
    Test(Operator, Test),
    /// The comparison does not hold: `$neq`, `$nin`.
    NotTest(Operator, Test),
    /// `$exist`: whether there is a value.
    Exist(bool),
    /// `$and`: all hold.
    And(Vec<Condition>),
    /// `$or`: one holds.
    Or(Vec<Condition>),
    /// `$not`: the condition does not hold.
    Not(Box<Condition>),
}

/// A comparison with one value of the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    /// The value equals this one.
    Equal(Operand),
    /// The value equals one of these.
    OneOf(Vec<Operand>),
    /// The value is on this side of the bound.
    Order(Side, Bound),
    /// The value is a string that begins with one of these.
    StartsWith(Vec<String>),
    /// The value is a string that ends with one of these.
    EndsWith(Vec<String>),
}

/// A value that is compared with one of the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand {
    Null,
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    Text(String),
    List(Vec<Self>),
    /// The members, whose names differ.
    Object(Vec<(String, Self)>),
}

/// A value that others are greater or less than.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bound {
    /// A number, as it is written.
    Number(String),
    Text(String),
}

/// A side of a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Above,
    AtOrAbove,
    Below,
    AtOrBelow,
}

impl Side {
    /// Whether a value that compares with the bound like this is on this side.
    pub(super) fn has(self, compared: Ordering) -> bool {
        match self {
            Self::Above => compared.is_gt(),
            Self::AtOrAbove => compared.is_ge(),
            Self::Below => compared.is_lt(),
            Self::AtOrBelow => compared.is_le(),
        }
    }
}

/// The operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    Neq,
    Gt,
    Gte,
    Lt,
    Lte,
    In,
    Nin,
    StartsWith,
    EndsWith,
    Exist,
    And,
    Or,
    Not,
}

impl Operator {
    const ALL: [(&'static str, Self); 14] = [
        ("$eq", Self::Eq),
        ("$neq", Self::Neq),
        ("$gt", Self::Gt),
        ("$gte", Self::Gte),
        ("$lt", Self::Lt),
        ("$lte", Self::Lte),
        ("$in", Self::In),
        ("$nin", Self::Nin),
        ("$startsWith", Self::StartsWith),
        ("$endsWith", Self::EndsWith),
        ("$exist", Self::Exist),
        ("$and", Self::And),
        ("$or", Self::Or),
        ("$not", Self::Not),
    ];

    /// The operator of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, operator)| *operator)
    }

    /// The operator's name.
    pub(super) fn name(self) -> &'static str {
        let named = Self::ALL.iter().find(|(_, operator)| *operator == self);
        named.map_or("", |(name, _)| name)
    }

    /// The names of all operators, for an error.
    pub(super) fn names() -> String {
        Self::ALL.map(|(name, _)| name).join(", ")
    }
}

impl Rule {
    /// The name that the rule has in its object.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Field(name, _) => name,
            Self::Test(operator, _) | Self::NotTest(operator, _) => operator.name(),
            Self::Exist(_) => Operator::Exist.name(),
            Self::And(_) => Operator::And.name(),
            Self::Or(_) => Operator::Or.name(),
            Self::Not(_) => Operator::Not.name(),
        }
    }

    /// Whether an array is judged by its elements. Any other rule is about the array as a whole.
    pub(super) const fn is_of_elements(&self) -> bool {
        match self {
            Self::Field(..) | Self::Test(..) => true,
            Self::NotTest(..) | Self::Exist(_) | Self::And(_) | Self::Or(_) | Self::Not(_) => false,
        }
    }
}
