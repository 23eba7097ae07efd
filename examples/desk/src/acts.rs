//! A form becomes a command of the library, and its answer the next page. What may be done is the library's to say.

use std::collections::HashMap;
use std::str::FromStr;

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use casekit::{Desk, Error, FieldError, PageRequest};
use maud::Markup;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::kit::{App, Here};
use crate::parts::escaped;
use crate::session::Session;

/// What an address names: the parts of its path, and what stands behind its question mark.
#[derive(Default)]
pub(crate) struct Address {
    path: HashMap<String, String>,
    query: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let query = Query::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        // A path that names nothing has no parts, and one that is no text leads nowhere.
        let path = Path::from_request_parts(parts, state).await.map(|path| path.0).unwrap_or_default();
        Ok(Self { path, query: query.0 })
    }
}

impl Address {
    /// The text of this name; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        let query = || self.query.iter().find(|(one, _)| one == name).map(|(_, value)| value);
        self.path.get(name).or_else(query).map_or("", |text| text.trim())
    }

    /// The text of this name that says something.
    pub(crate) fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|text| !text.is_empty())
    }

    /// An id, or a number. What is none is nobody's.
    pub(crate) fn id<T: FromStr>(&self, name: &str) -> Result<T> {
        self.get(name).parse().map_err(|_| Problem::NOTHING_HERE)
    }

    /// The page of a list.
    pub(crate) fn page(&self) -> PageRequest {
        self.some("after").map_or_else(PageRequest::first, PageRequest::after)
    }

    /// A path with what stands behind the question mark, but for one thing that is different: a tab, a filter, the next page.
    pub(crate) fn to(&self, path: &str, name: &str, value: Option<&str>) -> String {
        let kept =
            self.query.iter().map(|(one, _)| one.as_str()).filter(|one| !["after", name].contains(one));
        let kept = kept.filter_map(|one| Some((one, self.some(one)?)));
        let all = kept.chain(value.map(|value| (name, value)));
        let all: Vec<_> = all.map(|(one, value)| format!("{}={}", escaped(one), escaped(value))).collect();
        if all.is_empty() { path.to_owned() } else { format!("{path}?{}", all.join("&")) }
    }
}

/// A screen: what is drawn at an address.
pub(crate) fn screen<R: IntoResponse>(
    draw: impl Fn(&Here) -> Result<R> + Clone + Send + Sync + 'static,
) -> MethodRouter<App> {
    get(async move |State(app): State<App>, session: Session, asked: Address| {
        app.read(session, asked, draw).await
    })
}

/// An address that a form is sent to, which answers in its own way. `act` gets the desk on which the form's command is done once,
/// however often it is sent.
pub(crate) fn act<R: IntoResponse>(
    act: impl Fn(&Here, &Desk, &Form) -> Result<R> + Clone + Send + Sync + 'static,
) -> MethodRouter<App> {
    post(async move |State(app): State<App>, session: Session, asked: Address, form: Form| {
        app.read(session, asked, move |here| act(here, &form.desk(here), &form)).await
    })
}

/// A form that is drawn at its address and sent there. `act` tells where it shows that it was carried out; where it was refused, or a
/// choice changes the form itself, or another page of what it shows is asked for, it is drawn again with what was typed and what was
/// wrong with it. What no other input would change becomes a page of its own.
pub(crate) fn form_screen(
    draw: impl Fn(&Here, Draft<'_>) -> Result<Markup> + Clone + Send + Sync + 'static,
    act: impl Fn(&Here, &Desk, &Form) -> Result<String> + Clone + Send + Sync + 'static,
) -> MethodRouter<App> {
    let drawn = draw.clone();
    let sent = self::act(move |here, desk, form| {
        if form.has("redraw") || form.has("page") {
            return Ok(draw(here, Draft { form: Some(form), error: None })?.into_response());
        }
        match act(here, desk, form) {
            Ok(to) => Ok(Redirect::to(&to).into_response()),
            Err(Problem::Kit(error)) if other_input_would_help(&error) => {
                let again = draw(here, Draft { form: Some(form), error: Some(&error) })?;
                Ok((status_of(&error), again).into_response())
            }
            Err(problem) => Err(problem),
        }
    });
    screen(move |here| drawn(here, Draft::default())).merge(sent)
}

fn other_input_would_help(error: &Error) -> bool {
    matches!(status_of(error), StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT)
}

/// What was typed into a form that was drawn for this browser.
#[derive(Debug)]
pub(crate) struct Form(Vec<(String, String)>);

impl FromRequest<App> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let session = request.extensions().get::<Session>().cloned();
        let session = session.ok_or_else(|| StatusCode::FORBIDDEN.into_response())?;
        let sent = axum::Form::<Vec<(String, String)>>::from_request(request, app).await;
        let pairs = sent.map_err(IntoResponse::into_response)?.0;
        let form = Self(pairs.into_iter().map(|(name, value)| (name, value.replace("\r\n", "\n"))).collect());
        if form.get("token") == session.token {
            return Ok(form);
        }
        Err(app
            .read(session, Address::default(), |_| {
                Err::<(), _>(Problem::Said(StatusCode::FORBIDDEN, "form_out_of_date"))
            })
            .await)
    }
}

impl Form {
    /// The text of a field; empty if it has none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(one, _)| one == name).map_or("", |(_, value)| value)
    }

    /// The text of a field that was filled in.
    pub(crate) fn some(&self, name: &str) -> Option<String> {
        Some(self.get(name)).filter(|value| !value.trim().is_empty()).map(str::to_owned)
    }

    /// What was written into a box of several lines, where the library keeps one line.
    pub(crate) fn line(&self, name: &str) -> String {
        self.get(name).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Each value of a field that can be chosen several times.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// An id, a number or a code that the form carries; `None` if it has none of that form.
    pub(crate) fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }

    /// What the form says of a field: what an edit made of it, blank too, or what was filled in where nothing was before.
    pub(crate) fn said(&self, name: &str) -> Option<&str> {
        let typed = self.get(name);
        let says = match self.was(name) {
            Some(was) => self.has(name) && typed != was,
            None => !typed.trim().is_empty(),
        };
        says.then_some(typed)
    }

    /// The same of a field that can have several values, as one text.
    pub(crate) fn said_several(&self, name: &str) -> Option<String> {
        let chosen = self.joined(name);
        (self.has(name) && self.was(name).unwrap_or_default() != chosen).then_some(chosen)
    }

    /// All values of a field as one text; its text, if it has one alone.
    fn joined(&self, name: &str) -> String {
        self.all(name).filter(|one| !one.is_empty()).collect::<Vec<_>>().join("; ")
    }

    /// A command with what the form says of these fields, which have the library's names, parted by spaces: texts, codes, and what can be ticked. A code
    /// that is none is not given.
    pub(crate) fn command<T: Serialize + DeserializeOwned>(&self, blank: T, fields: &str) -> T {
        fields.split(' ').fold(blank, |command, name| {
            let with = || {
                let mut whole = serde_json::to_value(&command).ok()?;
                let kept = whole.get_mut(name)?;
                *kept = if kept.is_boolean() { self.has(name).into() } else { self.value(name)? };
                serde_json::from_value(whole).ok()
            };
            with().unwrap_or(command)
        })
    }

    /// What is kept, as a form would say it.
    pub(crate) fn of(kept: &Value) -> Self {
        let said = |(field, value): (&String, &Value)| match value {
            Value::String(text) => Some((field.clone(), text.clone())),
            _ => value.as_bool().filter(|yes| *yes).map(|_| (field.clone(), "1".to_owned())),
        };
        Self(kept.as_object().into_iter().flatten().filter_map(said).collect())
    }

    /// The rows of a table, by their place: what each says, of those that say something in the field `by`.
    pub(crate) fn rows(&self, table: &str, by: &str) -> Vec<Self> {
        let row = |row: usize| {
            let start = format!("{table}[{row}].");
            let of = |(name, value): &(String, String)| {
                Some((name.strip_prefix(&start)?.to_owned(), value.clone()))
            };
            Self(self.0.iter().filter_map(of).collect())
        };
        let place = |row: &Self| row.parsed::<f64>("place").unwrap_or(f64::MAX);
        let mut rows: Vec<Self> = (0..200).map(row).filter(|row| row.some(by).is_some()).collect();
        rows.sort_by(|one, other| place(one).total_cmp(&place(other)));
        rows
    }

    /// What the form says of a field, as commands have it: a text or a code, or the own words beside a choice.
    fn value(&self, name: &str) -> Option<Value> {
        let own = format!("{name}.other");
        match self.get(name) {
            "other" if self.has(&own) => {
                let says = self.said(name).or(self.said(&own));
                says.map(|_| json!({ "other": { "text": self.get(&own) } }))
            }
            _ => self.said(name).map(Value::from),
        }
    }

    /// Whether the form had the field at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// What a field of an edit was when the form was drawn.
    fn was(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|(one, was)| (one.strip_prefix("was.") == Some(name)).then_some(was.as_str()))
    }

    /// The desk on which the form does what it does once, and only to what was seen.
    pub(crate) fn desk(&self, here: &Here) -> Desk {
        let desk = self.some("request").map_or_else(|| here.desk.clone(), |id| here.desk.request(id));
        self.parsed("seen").into_iter().fold(desk, |desk, revision| desk.seen(revision))
    }
}

/// What a screen or a command gives, or why there is another page.
pub(crate) type Result<T, E = Problem> = std::result::Result<T, E>;

/// Why there is another page than the one that was asked for.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The library refused, or failed.
    Kit(Error),
    /// The desk itself refused, in its own words.
    Said(StatusCode, &'static str),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Kit(error)
    }
}

impl Problem {
    /// An address that leads nowhere.
    pub(crate) const NOTHING_HERE: Self = Self::Said(StatusCode::NOT_FOUND, "nothing_here");

    /// Before a form is drawn that would be refused whatever is typed.
    pub(crate) fn unless(can: bool, said: &'static str) -> Result<(), Self> {
        if can { Ok(()) } else { Err(Self::Said(StatusCode::FORBIDDEN, said)) }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Said(status, _) => *status,
            Self::Kit(error) => status_of(error),
        }
    }
}

fn status_of(error: &Error) -> StatusCode {
    match error.code() {
        "invalid" => StatusCode::UNPROCESSABLE_ENTITY,
        "forbidden" | "not_allowed_here" => StatusCode::FORBIDDEN,
        "not_found" => StatusCode::NOT_FOUND,
        "blocked" | "conflict" | "already_taken" | "contended" | "request_id_reused" => StatusCode::CONFLICT,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// What a form shows again: what was typed, and what is wrong with it. The default is a form that nobody has filled in yet.
#[derive(Clone, Copy, Default)]
pub(crate) struct Draft<'a> {
    /// What was typed, for fields that are drawn from it as a whole.
    pub(crate) form: Option<&'a Form>,
    pub(crate) error: Option<&'a Error>,
}

impl<'a> Draft<'a> {
    /// What was typed into a field, or what it has: that too where an edit left it as it was.
    pub(crate) fn value<'b>(&self, name: &str, otherwise: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let typed = self.form.filter(|form| form.was(name).is_none_or(|was| was != form.get(name)));
        typed.filter(|form| form.has(name)).map_or(otherwise, |form| form.get(name))
    }

    /// Whether somebody else changed a field, which is `now`, while this form changed it too.
    pub(crate) fn is_changed_by_two(&self, name: &str, now: &str) -> bool {
        let Some((form, was)) = self.form.and_then(|form| Some((form, form.was(name)?))) else {
            return false;
        };
        let typed = form.joined(name);
        was != now && was != typed && typed != now
    }

    /// Whether this value of a field was chosen.
    pub(crate) fn has(&self, name: &str, value: &str, otherwise: bool) -> bool {
        let says = self.form.filter(|form| form.was(name).is_none() || form.said_several(name).is_some());
        says.map_or(otherwise, |form| form.all(name).any(|one| one == value))
    }

    /// What is wrong with the fields.
    pub(crate) fn fields(&self) -> &'a [FieldError] {
        self.error.map_or(&[], Error::fields)
    }
}
