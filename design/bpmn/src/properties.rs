//! Name-value pairs that a modeller adds to an element: `zeebe:properties` and `zeebe:taskHeaders`.

use std::{collections::BTreeMap, sync::Arc};

/// Ordered name-value pairs, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties(Vec<(Arc<str>, Arc<str>)>);

impl Properties {
    /// The value of `name`; the first one where a name is given twice.
    pub fn get(&self, name: &str) -> Option<&Arc<str>> {
        self.0.iter().find(|(key, _)| &**key == name).map(|(_, value)| value)
    }

    /// All pairs, in the order of the file.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Arc<str>)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// What stands in `attribute` in other languages, by language: `name.zh` is the name in Chinese.
    pub fn translations(&self, attribute: &str) -> BTreeMap<String, String> {
        let translated = self.0.iter().filter_map(|(key, text)| {
            let (of, language) = key.split_once('.')?;
            let is_one = of == attribute && !language.contains('.') && !text.trim().is_empty();
            is_one.then(|| (language.to_owned(), text.to_string()))
        });
        translated.collect()
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Arc<str>, Arc<str>)> for Properties {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Arc<str>)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Properties;

    #[track_caller]
    fn check(pairs: &[(&str, &str)], expected: &str) {
        let properties: Properties =
            pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let found = properties.translations("name");
        let shown: Vec<_> =
            found.iter().map(|(language, text)| format!("{language}: {text}")).collect();
        assert_eq!(shown.join(", "), expected);
    }

    #[test]
    fn a_name_is_translated_by_properties_that_name_its_language() {
        check(
            &[("name.zh", "检查库存"), ("rondo.stage", "new"), ("name.de", "Prüfen")],
            "de: Prüfen, zh: 检查库存",
        );
    }

    #[test]
    fn other_attributes_and_blank_texts_translate_no_name() {
        check(
            &[
                ("label.zh", "a"),
                ("name", "b"),
                ("name.", ""),
                ("name.zh", " "),
                ("name.zh.x", "c"),
            ],
            "",
        );
    }
}
