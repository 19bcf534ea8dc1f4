//! How people and programs prove who they are. Users themselves are records of the object `user`.

use base::{Key, Timestamp};
use serde::{Deserialize, Serialize};

use crate::port::StoreError;

/// The password of a user. One per user; replaced by user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRow {
    /// The user's record.
    pub user: Key,
    /// The password by argon2id, in PHC format.
    pub password_hash: String,
    /// When it was set.
    pub changed_at: Timestamp,
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the random bits in the cookie.
    pub token_hash: Vec<u8>,
    /// The user's record.
    pub user: Key,
    /// When the user signed in.
    pub created_at: Timestamp,
    /// The session is not accepted from this instant on.
    pub expires_at: Timestamp,
}

/// An API token of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    /// The token's key, by which it is listed and removed.
    pub key: Key,
    /// The user's record.
    pub user: Key,
    /// What the user calls it.
    pub name: String,
    /// SHA-256 of the 256 random bits.
    pub token_hash: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// It is not accepted from this instant on; `None` is for ever.
    pub expires_at: Option<Timestamp>,
}

/// A change to sessions, credentials or tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityWrite {
    /// A new session.
    PutSession(SessionRow),
    /// The end of a session, by its token hash.
    RemoveSession(Vec<u8>),
    /// The end of every session of a user but the one with this token hash.
    RemoveSessionsOf {
        /// The user.
        user: Key,
        /// The session that stays.
        except: Option<Vec<u8>>,
    },
    /// A new password; replaces the user's old one.
    PutCredential(CredentialRow),
    /// No password any more.
    RemoveCredential(Key),
    /// A new token.
    PutToken(TokenRow),
    /// The end of a token, if it is this user's.
    RemoveToken {
        /// The token.
        key: Key,
        /// Its user.
        user: Key,
    },
    /// The end of every token of a user.
    RemoveTokensOf(Key),
}

/// Queries over sessions, credentials and tokens.
pub trait ReadIdentity {
    /// The password of a user.
    fn credential(&self, user: Key) -> Result<Option<CredentialRow>, StoreError>;

    /// Whether any user has a password; if not, the workspace has to be set up.
    fn any_credential(&self) -> Result<bool, StoreError>;

    /// The session with this token hash, expired or not.
    fn session(&self, token_hash: &[u8]) -> Result<Option<SessionRow>, StoreError>;

    /// The token with this hash, expired or not.
    fn token(&self, token_hash: &[u8]) -> Result<Option<TokenRow>, StoreError>;

    /// The tokens of a user, newest first.
    fn tokens(&self, user: Key) -> Result<Vec<TokenRow>, StoreError>;
}
