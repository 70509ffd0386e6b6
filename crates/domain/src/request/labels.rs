//! The labels of a webhook in a request: the fields `name` and `metadata`.

use super::field::{FieldError, Sent};
use crate::base::METADATA_ENTRIES_MAX;
use crate::json::{Kind, members};
use crate::webhook::labels::{LabelError, Metadata, name};

impl Sent<'_> {
    /// Parses the name of a webhook, and trims it. `null` means none.
    pub(crate) fn webhook_name(self) -> Result<String, FieldError> {
        Ok(name(&self.text()?)?)
    }

    /// Parses metadata. `null` means none.
    pub(crate) fn metadata(self) -> Result<Metadata, FieldError> {
        let json = match (self.kind(), &self) {
            (Kind::Null, _) => return Ok(Metadata::default()),
            (Kind::Dict, Sent::Nested(json)) => json,
            (kind, _) => return Err(FieldError::NotADictionary(kind)),
        };
        let members = members(json).map_err(|error| FieldError::in_string(&error))?;
        if members.len() > METADATA_ENTRIES_MAX {
            return Err(LabelError::TooMany.into());
        }
        let entry = |(key, value)| match Sent::json(value) {
            value @ (Sent::Text(_) | Sent::Surrogate(_)) => Ok((key, value.text()?.into_owned())),
            Sent::Null | Sent::Bool(_) | Sent::Number(_) | Sent::Nested(_) | Sent::File => {
                Err(FieldError::ValueNotAString(key))
            }
        };
        let entries: Vec<(String, String)> =
            members.into_iter().map(entry).collect::<Result<_, FieldError>>()?;
        Ok(Metadata::new(entries)?)
    }
}
