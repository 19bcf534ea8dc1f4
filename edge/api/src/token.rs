//! Secrets that are given out once and stored as SHA-256 only: session cookies, API tokens, the set-up
//! link. 256 random bits need no slow hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::problem::Problem;

/// `N` random bytes of the operating system.
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(Problem::fault)?;
    Ok(bytes)
}

/// A new secret: 256 random bits in URL-safe base64, 43 characters.
pub(crate) fn random_text() -> Result<String, Problem> {
    Ok(URL_SAFE_NO_PAD.encode(random_bytes::<32>()?))
}

/// What is stored of a secret: its SHA-256.
pub(crate) fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_stored_as_its_sha_256() {
        let expect = [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea];
        assert_eq!(digest("abc").first_chunk(), Some(&expect));
    }

    #[test]
    fn two_secrets_differ() {
        let (one, other) = (random_text().expect("randomness"), random_text().expect("randomness"));
        assert_ne!(one, other);
        assert_eq!(one.len(), 43);
    }
}
