//! Passwords, sessions and tokens.

use base::{Key, Timestamp};
use runtime::port::{CredentialRow, IdentityWrite, ReadIdentity, SessionRow, StoreError, TokenRow};
use rusqlite::{Connection, Row, params};

use super::cell::{Read, all, first, instant, key, maybe_instant, run, scalar};
use super::failure::Outcome;
use super::reader::Snapshot;

/// Writes in the given order: a later one may undo an earlier one.
pub(super) fn write(connection: &Connection, rows: &[IdentityWrite]) -> Outcome<()> {
    for row in rows {
        match row {
            IdentityWrite::PutSession(session) => put_session(connection, session)?,
            IdentityWrite::RemoveSession(token_hash) => {
                run(connection, "DELETE FROM session WHERE token_hash = ?1", [token_hash])?;
            }
            IdentityWrite::RemoveSessionsOf { user, except } => {
                let sql = "DELETE FROM session WHERE user = ?1 AND token_hash IS NOT ?2";
                run(connection, sql, params![user.0, except])?;
            }
            IdentityWrite::PutCredential(credential) => put_credential(connection, credential)?,
            IdentityWrite::RemoveCredential(user) => {
                run(connection, "DELETE FROM credential WHERE user = ?1", [user.0])?;
            }
            IdentityWrite::PutToken(token) => put_token(connection, token)?,
            IdentityWrite::RemoveToken { key, user } => {
                let sql = "DELETE FROM token WHERE key = ?1 AND user = ?2";
                run(connection, sql, [key.0, user.0])?;
            }
            IdentityWrite::RemoveTokensOf(user) => {
                run(connection, "DELETE FROM token WHERE user = ?1", [user.0])?;
            }
        }
    }
    Ok(())
}

fn put_session(connection: &Connection, row: &SessionRow) -> Outcome<()> {
    run(
        connection,
        "INSERT INTO session (token_hash, user, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at",
        params![row.token_hash, row.user.0, row.created_at.0, row.expires_at.0],
    )?;
    Ok(())
}

fn put_credential(connection: &Connection, row: &CredentialRow) -> Outcome<()> {
    run(
        connection,
        "INSERT INTO credential (user, password_hash, changed_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (user) DO UPDATE SET password_hash = excluded.password_hash,
         changed_at = excluded.changed_at",
        params![row.user.0, row.password_hash, row.changed_at.0],
    )?;
    Ok(())
}

fn put_token(connection: &Connection, row: &TokenRow) -> Outcome<()> {
    run(
        connection,
        "INSERT INTO token (key, user, name, token_hash, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            row.key.0,
            row.user.0,
            row.name,
            row.token_hash,
            row.created_at.0,
            row.expires_at.map(|at| at.0),
        ],
    )?;
    Ok(())
}

/// Removes so many sessions that are over, and says how many there were.
pub(super) fn expire(connection: &Connection, now: Timestamp, limit: u32) -> Outcome<usize> {
    let sql = "DELETE FROM session WHERE token_hash IN
               (SELECT token_hash FROM session WHERE expires_at < ?1 LIMIT ?2)";
    run(connection, sql, params![now.0, limit])
}

fn credential(row: &Row<'_>) -> Read<CredentialRow> {
    Ok(CredentialRow {
        user: key(row, "user")?,
        password_hash: row.get("password_hash")?,
        changed_at: instant(row, "changed_at")?,
    })
}

fn session(row: &Row<'_>) -> Read<SessionRow> {
    Ok(SessionRow {
        token_hash: row.get("token_hash")?,
        user: key(row, "user")?,
        created_at: instant(row, "created_at")?,
        expires_at: instant(row, "expires_at")?,
    })
}

fn token(row: &Row<'_>) -> Read<TokenRow> {
    Ok(TokenRow {
        key: key(row, "key")?,
        user: key(row, "user")?,
        name: row.get("name")?,
        token_hash: row.get("token_hash")?,
        created_at: instant(row, "created_at")?,
        expires_at: maybe_instant(row, "expires_at")?,
    })
}

impl ReadIdentity for Snapshot<'_> {
    fn credential(&self, user: Key) -> Result<Option<CredentialRow>, StoreError> {
        let sql = "SELECT * FROM credential WHERE user = ?1";
        Ok(first(self.connection(), sql, [user.0], credential)?)
    }

    fn any_credential(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM credential)";
        Ok(scalar(self.connection(), sql, [])?.unwrap_or(false))
    }

    fn session(&self, token_hash: &[u8]) -> Result<Option<SessionRow>, StoreError> {
        let sql = "SELECT * FROM session WHERE token_hash = ?1";
        Ok(first(self.connection(), sql, [token_hash], session)?)
    }

    fn token(&self, token_hash: &[u8]) -> Result<Option<TokenRow>, StoreError> {
        let sql = "SELECT * FROM token WHERE token_hash = ?1";
        Ok(first(self.connection(), sql, [token_hash], token)?)
    }

    fn tokens(&self, user: Key) -> Result<Vec<TokenRow>, StoreError> {
        let sql = "SELECT * FROM token WHERE user = ?1 ORDER BY key DESC";
        Ok(all(self.connection(), sql, [user.0], token)?)
    }
}
