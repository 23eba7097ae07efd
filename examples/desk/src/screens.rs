//! The screens. Each is a file with its addresses, what they read from the kit, and the HTML of it.

mod answer;
mod asks;
mod boxes;
mod case;
mod customer_forms;
mod customers;
mod data;
mod deadlines;
mod edit;
mod errors;
mod find;
mod history;
mod marks;
mod my_cases;
mod notes;
mod overview;
mod panels;
mod people;
mod prelude;
mod raise;
mod settings;
mod statistics;
mod type_field;
mod type_form;
mod types;

use axum::extract::State;
use prelude::*;

use crate::acts::Address;
use crate::session::Session;

/// The addresses of all screens: one line for each file.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(my_cases::routes())
        .merge(case::routes())
        .merge(panels::routes())
        .merge(data::routes())
        .merge(answer::routes())
        .merge(asks::routes())
        .merge(marks::routes())
        .merge(notes::routes())
        .merge(find::routes())
        .merge(overview::routes())
        .merge(errors::routes())
        .merge(history::routes())
        .merge(statistics::routes())
        .merge(settings::routes())
        .merge(people::routes())
        .merge(crate::demo::routes())
        .merge(raise::routes())
        .merge(edit::routes())
        .merge(customers::routes())
        .merge(customer_forms::routes())
        .merge(types::routes())
        .merge(type_form::routes())
        .merge(type_field::routes())
}

/// An address that leads nowhere.
pub(crate) async fn nothing_here(State(app): State<App>, session: Session, asked: Address) -> Response {
    app.read(session, asked, |_| Err::<(), _>(Problem::NOTHING_HERE)).await
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{HeaderMap, Request};
    use tower::ServiceExt;

    use super::*;
    use crate::session::{PEOPLE, Person};

    const ADDRESSES: [&str; 10] = [
        "/cases",
        "/cases?q=lamp&type=Support&holder=me&priority=high&due=soon&from=2020-01-01&to=2030-01-01&of=open",
        "/cases?sort=due&of=active",
        "/cases.pdf?of=closed",
        "/find?q=card",
        "/hits?q=c-4",
        "/cases/C-000043/history",
        "/statistics?of=all",
        "/people",
        "/demo",
    ];

    async fn get(app: &App, person: &'static Person, path: &str) -> (u16, String) {
        let mut session = app.key.new_session(&HeaderMap::new());
        session.person = person;
        let cookie = app.key.cookie(&session);
        let request = Request::get(path)
            .header("host", "localhost")
            .header("cookie", cookie.split(';').next().unwrap());
        let answer = crate::router(app.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), 10_000_000).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn each_person_gets_each_screen_or_a_reason() {
        let folder = std::env::temp_dir().join(format!("desk-screens-{}", std::process::id()));
        let app = App::open(&folder.join("cases.db"), 0).unwrap();
        for person in &PEOPLE {
            for path in ADDRESSES {
                let (status, body) = get(&app, person, path).await;
                // Who may not read cases gets a refusal, never a failure.
                let refused = person.id == "ivo" && !["/people", "/demo", "/hits?q=c-4"].contains(&path);
                let names_nobody = path == "/people" && ["petra", "quin", "amara"].contains(&person.id);
                let expected = if refused || names_nobody { 403 } else { 200 };
                assert_eq!(status, expected, "{path} as {}: {body}", person.id);
            }
        }
        let ivo = Person::with_id("ivo").unwrap();
        let (_, errors) = get(&app, ivo, "/errors?open=webform").await;
        assert!(errors.contains("C-000048") && errors.contains("name=\"webform\""));
        assert!(!errors.contains("Noah Berg") && !errors.contains("Lina Berg"), "no personal data");
        let (status, settings) = get(&app, Person::with_id("ines").unwrap(), "/settings").await;
        assert!(status == 200 && settings.contains("disabled"));
        assert_eq!(get(&app, Person::with_id("mara").unwrap(), "/settings").await.0, 403);

        app.start_over().unwrap();
        assert_eq!(get(&app, ivo, "/errors").await.0, 200);
        app.kit().close().unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
