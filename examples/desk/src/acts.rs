//! A form becomes a command of the library, and its answer the next page. What may be done is the library's to say.

use std::collections::{BTreeSet, HashMap};

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;

use crate::prelude::*;

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

/// What forms carry besides their fields.
const OWN: [&str; 8] = ["token", "request", "seen", "redraw", "page", "target", "do", "parent"];

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

    /// Each value of a field that can be chosen several times.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// An id, a number or a code that the form carries; `None` if it has none of that form.
    pub(crate) fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }

    /// All values of a field as one text; its text, if it has one alone.
    fn joined(&self, name: &str) -> String {
        self.all(name).filter(|one| !one.is_empty()).collect::<Vec<_>>().join("; ")
    }

    /// What the form says of its fields, by the library's names: all that was filled in, or what an edit changed.
    pub(crate) fn answers(&self) -> Vec<GivenField> {
        let names = self.0.iter().map(|(name, _)| name.as_str());
        let is_own =
            |name: &str| ["was.", "from-"].iter().any(|of| name.starts_with(of)) || OWN.contains(&name);
        let names: BTreeSet<_> = names.filter(|name| !is_own(name)).collect();
        names.into_iter().filter_map(|name| Some(GivenField::new(name, self.answer(name)?))).collect()
    }

    /// The same of one field; the own words beside a choice where these were chosen.
    fn answer(&self, name: &str) -> Option<String> {
        let own = format!("{name}.other");
        let changed = |name: &str| match self.was(name) {
            Some(was) => was != self.joined(name),
            None => !self.joined(name).trim().is_empty(),
        };
        match self.get(name) {
            "other" if self.has(&own) => (changed(name) || changed(&own)).then(|| self.get(&own).to_owned()),
            _ => (!name.ends_with(".other") && changed(name)).then(|| self.joined(name)),
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
        let says = self.form.filter(|form| form.was(name).is_none_or(|was| was != form.joined(name)));
        says.map_or(otherwise, |form| form.all(name).any(|one| one == value))
    }

    /// What the form says of its fields so far.
    pub(crate) fn answers(&self) -> Vec<GivenField> {
        self.form.map(Form::answers).unwrap_or_default()
    }

    /// What is wrong with the fields.
    pub(crate) fn fields(&self) -> &'a [FieldError] {
        self.error.map_or(&[], Error::fields)
    }
}
