//! The page as it was built into `web/dist`, carried inside the binary. Text files are carried compressed
//! (brotli, made by the page's build) and handed out so to whoever accepts that.

use api::{Asset, Page};
use rust_embed::RustEmbed;

/// The built page. Empty where the binary was compiled before the page was built.
#[derive(Debug, RustEmbed)]
#[folder = "../web/dist/"]
#[allow_missing = true]
pub(crate) struct EmbeddedPage;

impl Page for EmbeddedPage {
    fn asset(&self, path: &str) -> Option<Asset> {
        let plain = Self::get(path);
        let brotli = Self::get(&format!("{path}.br"));
        // Both hold the same, so that the digest of one of them names it.
        let digest = plain.as_ref().or(brotli.as_ref())?.metadata.sha256_hash();
        Some(Asset {
            plain: plain.map(|file| file.data),
            brotli: brotli.map(|file| file.data),
            digest,
        })
    }
}
