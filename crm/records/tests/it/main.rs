//! The crate through its public face: the objects and rows that come with the product.

mod pack;
