//! Passwords, sessions and tokens.

use base::{Key, Timestamp};
use postgres::Row;
use runtime::port::{CredentialRow, IdentityWrite, ReadIdentity, SessionRow, StoreError, TokenRow};

use super::cell::{all, first, get, instant, key, maybe_instant, scalar};
use super::connection::Connection;
use super::failure::Outcome;
use super::reader::Snapshot;

/// Writes in the given order: a later one may undo an earlier one.
pub(super) fn write(connection: &Connection, rows: &[IdentityWrite]) -> Outcome<()> {
    for row in rows {
        match row {
            IdentityWrite::PutSession(session) => put_session(connection, session),
            IdentityWrite::RemoveSession(token_hash) => {
                connection.execute("DELETE FROM session WHERE token_hash = $1", &[token_hash])
            }
            IdentityWrite::RemoveSessionsOf { user, except } => connection.execute(
                r#"DELETE FROM session WHERE "user" = $1 AND token_hash IS DISTINCT FROM $2"#,
                &[&user.0, except],
            ),
            IdentityWrite::PutCredential(credential) => put_credential(connection, credential),
            IdentityWrite::RemoveCredential(user) => {
                connection.execute(r#"DELETE FROM credential WHERE "user" = $1"#, &[&user.0])
            }
            IdentityWrite::PutToken(token) => put_token(connection, token),
            IdentityWrite::RemoveToken { key, user } => connection
                .execute(r#"DELETE FROM token WHERE key = $1 AND "user" = $2"#, &[&key.0, &user.0]),
            IdentityWrite::RemoveTokensOf(user) => {
                connection.execute(r#"DELETE FROM token WHERE "user" = $1"#, &[&user.0])
            }
        }?;
    }
    Ok(())
}

fn put_session(connection: &Connection, row: &SessionRow) -> Outcome<u64> {
    connection.execute(
        r#"INSERT INTO session (token_hash, "user", created_at, expires_at)
           VALUES ($1, $2, $3, $4)
           ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at"#,
        &[&row.token_hash, &row.user.0, &row.created_at.0, &row.expires_at.0],
    )
}

fn put_credential(connection: &Connection, row: &CredentialRow) -> Outcome<u64> {
    connection.execute(
        r#"INSERT INTO credential ("user", password_hash, changed_at) VALUES ($1, $2, $3)
           ON CONFLICT ("user") DO UPDATE SET password_hash = excluded.password_hash,
           changed_at = excluded.changed_at"#,
        &[&row.user.0, &row.password_hash, &row.changed_at.0],
    )
}

fn put_token(connection: &Connection, row: &TokenRow) -> Outcome<u64> {
    connection.execute(
        r#"INSERT INTO token (key, "user", name, token_hash, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6)"#,
        &[
            &row.key.0,
            &row.user.0,
            &row.name,
            &row.token_hash,
            &row.created_at.0,
            &row.expires_at.map(|at| at.0),
        ],
    )
}

/// Removes so many sessions that are over, and says how many there were. What another node is removing at this
/// moment is left to it.
pub(super) fn expire(connection: &Connection, now: Timestamp, limit: u32) -> Outcome<u64> {
    let sql = "DELETE FROM session WHERE token_hash IN
               (SELECT token_hash FROM session WHERE expires_at < $1 LIMIT $2
                FOR UPDATE SKIP LOCKED)";
    connection.execute(sql, &[&now.0, &i64::from(limit)])
}

fn credential(row: &Row) -> Outcome<CredentialRow> {
    Ok(CredentialRow {
        user: key(row, "user")?,
        password_hash: get(row, "password_hash")?,
        changed_at: instant(row, "changed_at")?,
    })
}

fn session(row: &Row) -> Outcome<SessionRow> {
    Ok(SessionRow {
        token_hash: get(row, "token_hash")?,
        user: key(row, "user")?,
        created_at: instant(row, "created_at")?,
        expires_at: instant(row, "expires_at")?,
    })
}

fn token(row: &Row) -> Outcome<TokenRow> {
    Ok(TokenRow {
        key: key(row, "key")?,
        user: key(row, "user")?,
        name: get(row, "name")?,
        token_hash: get(row, "token_hash")?,
        created_at: instant(row, "created_at")?,
        expires_at: maybe_instant(row, "expires_at")?,
    })
}

impl ReadIdentity for Snapshot<'_> {
    fn credential(&self, user: Key) -> Result<Option<CredentialRow>, StoreError> {
        let sql = r#"SELECT * FROM credential WHERE "user" = $1"#;
        Ok(first(self.connection(), sql, &[&user.0], credential)?)
    }

    fn any_credential(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM credential)";
        Ok(scalar(self.connection(), sql, &[])?.unwrap_or(false))
    }

    fn session(&self, token_hash: &[u8]) -> Result<Option<SessionRow>, StoreError> {
        let sql = "SELECT * FROM session WHERE token_hash = $1";
        Ok(first(self.connection(), sql, &[&token_hash], session)?)
    }

    fn token(&self, token_hash: &[u8]) -> Result<Option<TokenRow>, StoreError> {
        let sql = "SELECT * FROM token WHERE token_hash = $1";
        Ok(first(self.connection(), sql, &[&token_hash], token)?)
    }

    fn tokens(&self, user: Key) -> Result<Vec<TokenRow>, StoreError> {
        let sql = r#"SELECT * FROM token WHERE "user" = $1 ORDER BY key DESC"#;
        Ok(all(self.connection(), sql, &[&user.0], token)?)
    }
}
