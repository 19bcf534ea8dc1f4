//! The one binary: configuration, wiring, command line.

fn main() {}
