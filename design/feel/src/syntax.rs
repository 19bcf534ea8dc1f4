//! From text to a tree: tokens, names (with blanks and operators where the dialect has them), grammar.

mod grammar;
mod literal;
mod names;
mod parser;
mod postfix;
mod token;
pub(crate) mod tree;
mod types;
mod unary;

pub(crate) use self::{
    names::same_name,
    parser::{parse_expression, parse_type, parse_unary_tests},
};
