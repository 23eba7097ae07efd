//! Misuse: every command asked for in every wrong way. It answers with a reason, and nothing has changed.

mod commands;
mod ids;
mod limits;
mod pages;
mod repeats;
mod roles;
mod text;
