//! The deterministic machine over one process instance. No I/O, no clock.
