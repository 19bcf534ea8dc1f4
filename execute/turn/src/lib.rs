//! One command run to its wait states over a working set of instances and records. No I/O, no clock.
