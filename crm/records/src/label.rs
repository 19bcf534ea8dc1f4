//! A word of the page in the languages it speaks.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A label in English and Simplified Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// English.
    pub en: Arc<str>,
    /// Simplified Chinese.
    pub zh: Arc<str>,
}

impl Label {
    /// A label of both texts.
    pub fn new(en: &str, zh: &str) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}
