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
        let plain = Self::get(path).map(|file| file.data);
        let brotli = Self::get(&format!("{path}.br")).map(|file| file.data);
        (plain.is_some() || brotli.is_some()).then_some(Asset { plain, brotli })
    }
}
