//! Objects and fields as metadata, validation, change sets. No I/O, no clock.
