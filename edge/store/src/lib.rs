//! SQL behind the runtime's ports.
