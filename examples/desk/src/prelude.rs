//! What every part of the desk is made of.

pub(crate) use std::str::FromStr;

pub(crate) use axum::Router;
pub(crate) use axum::http::{HeaderMap, StatusCode, header};
pub(crate) use axum::response::{IntoResponse, Redirect, Response};
pub(crate) use axum::routing::{MethodRouter, get, post};
pub(crate) use casekit::*;
pub(crate) use maud::{Markup, html};

pub(crate) use crate::acts::{Address, Draft, Form, Problem, Result, act, form_screen, screen};
pub(crate) use crate::kit::{App, Here};
pub(crate) use crate::parts::*;
pub(crate) use crate::session::{PEOPLE, Person, Session};
