//! Passwords as argon2id hashes (RFC 9106). A hash costs memory and time on purpose, so that at most two
//! are worked on at once; who comes while both are busy and the queue is long is asked to come again.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// Shortest password that is taken, in characters (NIST SP 800-63B, 5.1.1.2).
const MIN_CHARACTERS: usize = 8;
/// Longest password that is hashed, in bytes: a longer one only costs us.
const MAX_BYTES: usize = 1024;
/// How many hashes are worked on at once; each takes 19 MiB.
const AT_ONCE: usize = 2;
/// How many more may wait for their turn.
const WAITING: usize = 16;

/// Hashes and checks passwords off the async threads.
#[derive(Debug)]
pub struct Passwords {
    busy: Semaphore,
    /// Places for those that are worked on and those that wait.
    places: Semaphore,
    /// A hash of nothing that anybody types: checked where the login is unknown, so that the time an
    /// answer takes does not tell which logins exist.
    decoy: String,
}

impl Passwords {
    /// Ready to work.
    ///
    /// # Errors
    /// Where the operating system gives no randomness.
    pub fn new() -> Result<Self, Problem> {
        let decoy = hash(&crate::token::random_text()?)?;
        Ok(Self { busy: Semaphore::new(AT_ONCE), places: Semaphore::new(AT_ONCE + WAITING), decoy })
    }

    /// The hash to store for `password`.
    ///
    /// # Errors
    /// Where it is too short or too long, or too many wait.
    pub async fn hash(&self, password: String) -> Result<String, Problem> {
        if password.chars().count() < MIN_CHARACTERS || password.len() > MAX_BYTES {
            return Err(Problem::bad_request(
                "password",
                format!(
                    "a password has at least {MIN_CHARACTERS} characters and at most {MAX_BYTES} bytes"
                ),
            ));
        }
        self.work(move || hash(&password)).await?
    }

    /// Whether `password` is the one `stored` was made from; `None` where the login is unknown.
    ///
    /// # Errors
    /// Where too many wait, or the work could not be done at all.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, Problem> {
        if password.len() > MAX_BYTES {
            return Ok(false);
        }
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.clone());
        let matches = self.work(move || verify(&password, &stored)).await?;
        Ok(known && matches)
    }

    async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let _place = self.places.try_acquire().map_err(|_full| Problem::busy())?;
        let _permit = self.busy.acquire().await.map_err(Problem::fault)?;
        tokio::task::spawn_blocking(job).await.map_err(Problem::fault)
    }
}

fn hash(password: &str) -> Result<String, Problem> {
    let salt = crate::token::random_bytes::<16>()?;
    let salt = SaltString::encode_b64(&salt).map_err(Problem::fault)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(Problem::fault)?.to_string())
}

fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_comes_while_the_queue_is_full_is_asked_to_come_again() {
        let passwords = Passwords::new().expect("randomness");
        let all = u32::try_from(AT_ONCE + WAITING).expect("a small number");
        let places = passwords.places.acquire_many(all).await.expect("they are free");
        let refused = passwords.verify("secret".to_owned(), None).await.expect_err("it is full");
        assert_eq!((refused.status, refused.code.as_str()), (503, "many_sign_ins"));
        drop(places);
        assert!(!passwords.verify("secret".to_owned(), None).await.expect("there is a place"));
    }

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_with_a_salt_of_its_own() {
        let passwords = Passwords::new().expect("randomness");
        let [one, other] = [
            passwords.hash("correct horse 9".to_owned()).await.expect("it is long enough"),
            passwords.hash("correct horse 9".to_owned()).await.expect("it is long enough"),
        ];
        // At least what OWASP asks for: 19 MiB and two rounds.
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, other);
        for stored in [one, other] {
            for (password, matches) in [("correct horse 9", true), ("correct horse 8", false)] {
                let stored = Some(stored.clone());
                let found = passwords.verify(password.to_owned(), stored).await.expect("a place");
                assert_eq!(found, matches, "{password}");
            }
        }
    }
}
