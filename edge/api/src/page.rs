//! Serving the built page: files by path, `index.html` for every address the page routes itself, strict
//! headers on all of them. What the page holds is handed in by the binary that embeds it.

use std::borrow::Cow;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::problem::Problem;

/// One file of the page; at least one of its two forms is present.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The bytes as they are.
    pub plain: Option<Cow<'static, [u8]>>,
    /// The bytes compressed by brotli.
    pub brotli: Option<Cow<'static, [u8]>>,
    /// A digest by which a change of the file is seen.
    pub digest: [u8; 32],
}

/// Where the files of the page come from.
pub trait Page: Send + Sync {
    /// The file at `path`, which has no leading slash: `assets/index-1a2b.js`.
    fn asset(&self, path: &str) -> Option<Asset>;
}

/// What is shown where the binary was built without the page.
const NO_PAGE: &str =
    "the page was not built into this binary: build it with ./run, or use the API under /api\n";

/// The page's scripts come from itself only; styles are set inline by its component library and the
/// diagram viewer, images and fonts also as data addresses.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
    connect-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'";

/// Whether an address belongs to the page rather than to what programs ask for.
pub(crate) fn is_page(path: &str) -> bool {
    let root = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    !["api", "v2", "health", "metrics"].contains(&root)
}

/// Answers every address that no other route answers.
pub(crate) async fn serve(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Response<Body> {
    let path = uri.path().trim_start_matches('/');
    if ["api", "v2"].iter().any(|root| path == *root || path.starts_with(&format!("{root}/"))) {
        return Problem::not_found(format!(
            "nothing is at `{}`; see /api/openapi.json",
            uri.path()
        ))
        .into_response();
    }
    let file = if path.is_empty() { "index.html" } else { path };
    if let Some(asset) = app.page().asset(file) {
        return answer(file, asset, &headers);
    }
    // A missing file of the build must not be answered by the page: a script that is HTML confuses.
    if path.starts_with("assets/") {
        return Problem::not_found(format!("nothing is at `{}`", uri.path())).into_response();
    }
    match app.page().asset("index.html") {
        Some(asset) => answer("index.html", asset, &headers),
        None => (StatusCode::NOT_FOUND, NO_PAGE).into_response(),
    }
}

fn answer(path: &str, asset: Asset, headers: &HeaderMap) -> Response<Body> {
    let takes_brotli = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| coding.split(';').next().is_some_and(|name| name.trim() == "br"));
    // Weak: the same file, whether compressed or not.
    let tag = format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(asset.digest));
    let is_known = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == tag || known.trim() == "*");
    let mut response = Response::builder()
        .header(CONTENT_TYPE, media_type(path))
        .header(ETAG, &tag)
        .header(VARY, "accept-encoding")
        // Built files carry a hash of their content in their name.
        .header(
            CACHE_CONTROL,
            if path.starts_with("assets/") {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            },
        );
    if is_known {
        response = response.status(StatusCode::NOT_MODIFIED);
        return built(response.body(Body::empty()));
    }
    let body = match (asset.brotli, asset.plain) {
        (Some(brotli), _) if takes_brotli => {
            response = response.header(CONTENT_ENCODING, "br");
            brotli
        }
        (_, Some(plain)) => plain,
        (_, None) => {
            return Problem::not_acceptable("this file is stored compressed; accept `br`")
                .into_response();
        }
    };
    built(response.body(Body::from(body.into_owned())))
}

fn built(response: axum::http::Result<Response<Body>>) -> Response<Body> {
    response.unwrap_or_else(|error| Problem::fault(error).into_response())
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_get_the_type_of_their_ending() {
        for (path, expect) in [
            ("index.html", "text/html; charset=utf-8"),
            ("assets/a-1.js", "text/javascript; charset=utf-8"),
            ("LICENSE", "application/octet-stream"),
        ] {
            assert_eq!(media_type(path), expect);
        }
    }
}
