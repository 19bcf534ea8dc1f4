//! Mails leave by SMTP: what becomes of an entry whatever the server does, over a real database.

mod house;
mod mail;
