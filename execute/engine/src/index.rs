//! How indices into a process graph are written in stored state and events: as plain numbers. An
//! index is only meaningful together with the definition of its instance, which never changes.

/// An element of the process, for `#[serde(with = "index::element")]`.
pub(crate) mod element {
    use bpmn::ElementIndex;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference to the field")]
    pub(crate) fn serialize<S: Serializer>(
        index: &ElementIndex,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        index.0.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<ElementIndex, D::Error> {
        u32::deserialize(deserializer).map(ElementIndex)
    }
}

/// A flow of the process, for `#[serde(with = "index::flow")]`.
pub(crate) mod flow {
    use bpmn::FlowIndex;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference to the field")]
    pub(crate) fn serialize<S: Serializer>(
        index: &FlowIndex,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        index.0.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<FlowIndex, D::Error> {
        u32::deserialize(deserializer).map(FlowIndex)
    }
}

/// An element or none, for `#[serde(with = "index::optional_element")]`.
pub(crate) mod optional_element {
    use bpmn::ElementIndex;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference to the field"
    )]
    pub(crate) fn serialize<S: Serializer>(
        index: &Option<ElementIndex>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        index.map(|index| index.0).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<ElementIndex>, D::Error> {
        Ok(Option::<u32>::deserialize(deserializer)?.map(ElementIndex))
    }
}
