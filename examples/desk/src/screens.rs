//! The screens. Each is a file with its addresses, what they read from the kit, and the HTML of it.

mod answer;
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
mod type_form;
mod type_part;
mod types;

use axum::extract::State;
use prelude::*;

use crate::demo;

/// The map: every address, what is drawn there, and what is done with the form that is sent there.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", screen(my_cases::my_cases))
        .route("/find", screen(find::find))
        .route("/hits", screen(find::hits))
        .route("/cases", screen(overview::overview))
        .route("/cases.pdf", screen(|here| overview::file(here, "pdf")))
        .route("/cases.csv", screen(|here| overview::file(here, "csv")))
        .route("/cases.xlsx", screen(|here| overview::file(here, "xlsx")))
        .route("/raise", form_screen(raise::form, raise::raise))
        .merge(of_a_case())
        .route("/customers", screen(customers::list))
        .route("/customers/hits", screen(customers::hits))
        .route("/customers/new", form_screen(customer_forms::form, customer_forms::save))
        .route("/customers/{id}", screen(customers::profile))
        .route("/customers/{id}/edit", form_screen(customer_forms::form, customer_forms::save))
        .route("/customers/{id}/{list}/{entry}", form_screen(customer_forms::form, customer_forms::save))
        .route("/customers/{id}/interactions", screen(|here| customers::interactions(here, None)))
        .route("/customers/{id}/interactions/raise", form_screen(customers::raise_sheet, raise::raise))
        .route("/errors", screen(errors::errors))
        .route("/errors/retry", act(errors::retry))
        .route("/statistics", screen(statistics::statistics))
        .route("/people", form_screen(people::people, people::change))
        .route("/settings", screen(|here| settings::draw(here, Draft::default())))
        .route("/settings/{of}", form_screen(settings::draw, settings::change))
        .route("/types", screen(|here| types::list(here, Draft::default())))
        .route("/types/new", form_screen(type_form::new_form, type_form::new))
        .route("/types/{name}", form_screen(type_form::edit_form, type_form::edit))
        .route("/types/{name}/on", form_screen(types::list, types::on))
        .route("/types/{name}/off", form_screen(types::before_off, types::off))
        .route("/types/{name}/{list}/{entry}", form_screen(type_part::form, type_part::save))
        .route("/demo", screen(demo::demo))
        .route("/demo/request", act(demo::request))
        .route("/demo/webform", act(demo::webform))
        .route("/demo/start_over", post(demo::start_over))
}

/// A case, and what is done with it: each action of the library has an address by its name.
fn of_a_case() -> Router<App> {
    let at = |open| move |here: &Here, draft: Draft<'_>| case::draw(here, open, draft);
    let case = Router::new()
        .route("/", screen(|here| case::draw(here, here.asked.get("open"), Draft::default())))
        .route("/edit", form_screen(edit::form, edit::edit))
        .route("/history", screen(|here| history::draw(here, None)).merge(act(history::verify)))
        .route("/package", screen(answer::package))
        .route("/notes", form_screen(at("note"), notes::add))
        .route("/notes/{note}", form_screen(at(""), notes::change))
        .route("/{action}", form_screen(panels::draw, panels::act));
    Router::new().nest("/cases/{number}", case)
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
