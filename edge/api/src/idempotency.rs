//! The header `Idempotency-Key`: a command that comes again with the same key is answered again and
//! not done again, for 24 hours.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// What the caller gave as `Idempotency-Key`, if anything.
#[derive(Debug, Clone, Default)]
pub(crate) struct IdempotencyKey(pub(crate) Option<Arc<str>>);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let key = parts.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        Ok(Self(key.map(str::trim).filter(|key| !key.is_empty()).map(Arc::from)))
    }
}
