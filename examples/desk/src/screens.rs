//! The screens. Each is a file with its addresses, what they read from the kit, and the HTML of it.

mod boxes;
mod case;
mod errors;
mod find;
mod history;
mod my_cases;
mod notes;
mod overview;
mod panels;
mod people;
mod settings;
mod statistics;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::acts::Problem;
use crate::kit::App;
use crate::session::Session;

/// The addresses of all screens: one line for each file.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(my_cases::routes())
        .merge(case::routes())
        .merge(panels::routes())
        .merge(notes::routes())
        .merge(find::routes())
        .merge(overview::routes())
        .merge(errors::routes())
        .merge(history::routes())
        .merge(statistics::routes())
        .merge(settings::routes())
        .merge(people::routes())
        .merge(crate::demo::routes())
}

/// An address that leads nowhere.
pub(crate) async fn nothing_here(State(app): State<App>, session: Session) -> Response {
    app.read(session, |_| Err::<(), _>(Problem::Said(StatusCode::NOT_FOUND, "nothing_here"))).await
}
