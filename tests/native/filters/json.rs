//! JSON values of events and filters, in which a number is a count of hundredths, so that the
//! reference compares numbers in another way than the product.

use std::collections::BTreeMap;

/// A JSON value, of an event or a filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Self>),
    /// The members, in the order in which they are written.
    Object(Vec<(String, Self)>),
}

/// A number of hundredths, and the spelling of it.
#[derive(Debug, Clone)]
pub(super) struct Number {
    pub(super) hundredths: i128,
    pub(super) spelling: u8,
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.hundredths == other.hundredths
    }
}

impl Number {
    pub(super) fn written(&self) -> String {
        let Self { hundredths, spelling } = self;
        let sign = if *hundredths < 0 { "-" } else { "" };
        let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
        match spelling % 5 {
            0 if rest == 0 => format!("{sign}{whole}"),
            1 => format!("{sign}{whole}.{rest:02}000"),
            2 => format!("{hundredths}e-2"),
            3 => format!("{sign}0.00{:040}E+40", hundredths.unsigned_abs()),
            _ => format!("{sign}{whole}.{rest:02}"),
        }
    }
}

impl Json {
    pub(super) fn written(&self, space: &str) -> String {
        let joined = |parts: Vec<String>| parts.join(&format!("{space},{space}"));
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number.written(),
            Self::Text(text) => serde_json::to_string(text).unwrap(),
            Self::List(list) => {
                let parts = list.iter().map(|element| element.written(space)).collect();
                format!("[{space}{}{space}]", joined(parts))
            }
            Self::Object(members) => {
                let member = |(name, value): &(String, Self)| {
                    let name = serde_json::to_string(name).unwrap();
                    format!("{name}{space}:{space}{}", value.written(space))
                };
                format!("{{{space}{}{space}}}", joined(members.iter().map(member).collect()))
            }
        }
    }

    pub(super) fn object(name: &str, value: Self) -> Self {
        Self::Object(vec![(name.to_owned(), value)])
    }

    /// The value and everything that a list in it offers.
    pub(super) fn candidates(&self) -> Vec<&Self> {
        let mut all = vec![self];
        if let Self::List(list) = self {
            all.extend(list.iter().flat_map(Self::candidates));
        }
        all
    }

    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Object(one), Self::Object(two)) => {
                let sorted = |members: &[(String, Self)]| -> Vec<(String, Self)> {
                    members.iter().cloned().collect::<BTreeMap<_, _>>().into_iter().collect()
                };
                let (one, two) = (sorted(one), sorted(two));
                one.len() == two.len()
                    && one.iter().zip(&two).all(|(a, b)| a.0 == b.0 && a.1.equals(&b.1))
            }
            (Self::List(one), Self::List(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(a, b)| a.equals(b))
            }
            _ => self == other,
        }
    }

    /// The same with every object and list of alternatives in the opposite order.
    pub(super) fn reversed(&self, is_alternatives: bool) -> Self {
        match self {
            Self::Object(members) => {
                let members = members.iter().rev();
                let alternatives = ["$and", "$or", "$in", "$nin", "$startsWith", "$endsWith"];
                let member = |(name, value): &(String, Self)| {
                    (name.clone(), value.reversed(alternatives.contains(&name.as_str())))
                };
                Self::Object(members.map(member).collect())
            }
            Self::List(list) => {
                let mut list: Vec<_> = list.iter().map(|part| part.reversed(false)).collect();
                if is_alternatives {
                    list.reverse();
                }
                Self::List(list)
            }
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => self.clone(),
        }
    }
}
