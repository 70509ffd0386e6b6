//! Entity tags: which state of a webhook a client has read (RFC 9110 sections 8.8.3 and 13.1.1).
//!
//! With `If-Match`, a change is made only to a state that the client knows, so the second of two
//! people who edit a webhook does not undo what the first one did. A tag stands for the webhook's
//! settings and whether it is active. Fields that follow its deliveries have no part in it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::base::{Timestamp, Version};

/// The tag of one state of a webhook, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntityTag(String);

impl EntityTag {
    /// The tag of a version. The time of the creation tells two webhooks apart that have had the
    /// same id, one after the other.
    pub fn new(created_at: Timestamp, version: Version) -> Self {
        Self(format!("{:x}-{}", created_at.as_ms(), version.get()))
    }

    /// The value of the header `ETag`. The tag is strong, since `If-Match` compares strongly.
    pub fn header(&self) -> String {
        format!("\"{}\"", self.0)
    }
}

/// The states of a webhook to which a change applies: the value of the header `If-Match`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IfMatch {
    /// `*`: any state of a webhook that exists.
    Any,
    /// Any of these states.
    OneOf(Vec<EntityTag>),
}

/// The value of `If-Match` is neither `*` nor a list of entity tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("If-Match is * or a list of entity tags in double quotes, as the header ETag has them.")]
pub struct IfMatchError;

impl IfMatch {
    /// Parses the value of the header. Weak tags are left out: they match nothing.
    pub fn parse(value: &str) -> Result<Self, IfMatchError> {
        if value.trim() == "*" {
            return Ok(Self::Any);
        }
        let mut tags = Vec::new();
        let mut rest = value.trim_start();
        let mut is_empty = true;
        while !rest.is_empty() {
            // Empty elements of a list are ignored (RFC 9110 section 5.6.1.2).
            if let Some(after) = rest.strip_prefix(',') {
                rest = after.trim_start();
                continue;
            }
            is_empty = false;
            let (is_weak, quoted) = match rest.strip_prefix("W/") {
                Some(quoted) => (true, quoted),
                None => (false, rest),
            };
            let opened = quoted.strip_prefix('"').ok_or(IfMatchError)?;
            let (tag, after) = opened.split_once('"').ok_or(IfMatchError)?;
            // `etagc`: visible characters, also beyond ASCII.
            if tag.chars().any(|c| c.is_control() || c == ' ') {
                return Err(IfMatchError);
            }
            if !is_weak {
                tags.push(EntityTag(tag.to_owned()));
            }
            rest = after.trim_start();
            if !rest.is_empty() && !rest.starts_with(',') {
                return Err(IfMatchError);
            }
        }
        if is_empty { Err(IfMatchError) } else { Ok(Self::OneOf(tags)) }
    }

    /// Whether a webhook in this state is changed.
    pub fn matches(&self, tag: &EntityTag) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => tags.contains(tag),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag() -> EntityTag {
        EntityTag::new(Timestamp::from_ms(0x18b_cfe5_6800), Version::new(3))
    }

    #[test]
    fn a_tag_changes_with_the_version() {
        assert_eq!(tag().header(), "\"18bcfe56800-3\"");
        assert_ne!(tag(), EntityTag::new(Timestamp::from_ms(0x18b_cfe5_6800), Version::new(4)));
        assert_ne!(tag(), EntityTag::new(Timestamp::from_ms(1), Version::new(3)));
    }

    #[test]
    fn a_list_matches_if_one_of_its_strong_tags_does() {
        for (value, expected) in [
            ("*", true),
            (" * ", true),
            (r#""18bcfe56800-3""#, true),
            (r#" "18bcfe56800-3"	"#, true),
            (r#""a", "18bcfe56800-3""#, true),
            (r#""a","18bcfe56800-3","b""#, true),
            (r#","", ,"18bcfe56800-3","#, true),
            (r#""a,b", "18bcfe56800-3""#, true),
            (r#"W/"18bcfe56800-3""#, false),
            (r#"W/"a", W/"18bcfe56800-3""#, false),
            (r#"W/"18bcfe56800-3", "18bcfe56800-3""#, true),
            (r#""18BCFE56800-3""#, false),
            (r#""18bcfe56800-4""#, false),
            (r#""18bcfe56800""#, false),
            (r#""*""#, false),
            (r#""""#, false),
            (r#""é""#, false),
        ] {
            assert_eq!(IfMatch::parse(value).unwrap().matches(&tag()), expected, "{value}");
        }
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused() {
        for value in [
            "",
            " ",
            ",",
            "18bcfe56800-3",
            "'18bcfe56800-3'",
            "\"18bcfe56800-3",
            "18bcfe56800-3\"",
            "\"a\" \"b\"",
            "\"a\"b",
            "\"a b\"",
            "\"a\tb\"",
            "w/\"a\"",
            "W/ \"a\"",
            "W/a",
            "*, \"a\"",
            "\"a\", *",
            "**",
        ] {
            assert_eq!(IfMatch::parse(value), Err(IfMatchError), "{value:?}");
        }
    }
}
