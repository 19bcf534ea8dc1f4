//! The engine through its public face.
