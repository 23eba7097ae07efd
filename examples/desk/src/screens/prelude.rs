//! What every screen is made of.

pub(super) use crate::prelude::*;

pub(super) use super::case::{CaseScreen, reasons};
pub(super) use super::panels::{close, form, said, sheet};
