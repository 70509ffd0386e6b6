//! The records of accounts in KV, from which the operator's list is made.

use domain::account::DirectoryEntry;
use domain::base::{AccountId, DELETED_ACCOUNT_KEPT_SECS, versioned};

use super::internal_error::InternalError;
use super::kv::Records;

impl Records {
    /// Reads the record of an account.
    pub(crate) async fn account(
        &self,
        account: &AccountId,
    ) -> Result<Option<DirectoryEntry>, InternalError> {
        let text = self.0.get(&account_key(account)).text().await?;
        Ok(text.map(|text| versioned::from_text(&text)).transpose()?)
    }

    /// Writes the record of an account. Its name is listed with the same values.
    pub(crate) async fn put_account(
        &self,
        account: &AccountId,
        entry: DirectoryEntry,
    ) -> Result<(), InternalError> {
        let put = self.0.put(&account_key(account), versioned::to_text(&entry)?)?;
        let put = put.metadata(entry)?;
        let put =
            if entry.is_deleted { put.expiration_ttl(DELETED_ACCOUNT_KEPT_SECS) } else { put };
        Ok(put.execute().await?)
    }

    /// Lists all accounts, in the order of the names of their records.
    pub(crate) async fn accounts(&self) -> Result<Vec<(AccountId, DirectoryEntry)>, InternalError> {
        let entries = self.entries(PREFIX).await?.into_iter();
        let found = entries.filter_map(|key| {
            let account = key.name.strip_prefix(PREFIX)?.strip_suffix(':')?.parse().ok()?;
            let entry = key.metadata.and_then(|label| serde_json::from_value(label).ok());
            Some((account, entry.unwrap_or_default()))
        });
        Ok(found.collect())
    }
}

const PREFIX: &str = "account:";

/// The name of an account's record. It ends with a colon, so that accounts are listed in the order
/// of the names of their webhooks' records.
fn account_key(account: &AccountId) -> String {
    format!("{PREFIX}{account}:")
}
