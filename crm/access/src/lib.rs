//! Who may do what: roles and object permissions, as one check.
