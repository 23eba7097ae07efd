//! What every screen is made of.

pub(super) use axum::Router;
pub(super) use axum::http::StatusCode;
pub(super) use axum::response::{IntoResponse, Redirect, Response};
pub(super) use casekit::*;
pub(super) use maud::{Markup, html};

pub(super) use crate::acts::{Draft, Form, Problem, Result, act, form_screen, screen};
pub(super) use crate::kit::{App, Here};
pub(super) use crate::parts::*;

pub(super) use super::case::{CaseScreen, STEPS, credential, form_for, reasons};
pub(super) use super::panels::{close, form, said, sheet, title};
