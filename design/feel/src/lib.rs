//! FEEL text to checked expression to value, in two dialects. No I/O, no clock.
