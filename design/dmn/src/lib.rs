//! DMN models to compiled decisions with a trace. No I/O, no clock.
