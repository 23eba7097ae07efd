//! A desk for case workers in the browser: casekit embedded as an application would.

mod acts;
mod assets;
mod demo;
mod guard;
mod kit;
mod live;
mod parts;
mod prelude;
mod retries;
mod screens;
mod session;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use axum::middleware::from_fn_with_state;

use prelude::*;

const USAGE: &str = "desk [FILE] [--port N] [--cases N]

  FILE       the file with the cases; desk-data/cases.db if none is named. It is made, with an office full of work, if it is not there.
  --port N   where it listens on this machine: 4600 unless another is named
  --cases N  how many older cases are imported into a new file";

type Failed = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let Some(start) = Start::read(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    run(start).await.map_or_else(
        |error| {
            eprintln!("desk: {error}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}

async fn run(start: Start) -> Result<(), Failed> {
    // Before anything is made: somebody else may have the port.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", start.port)).await?;
    let app = tokio::task::spawn_blocking(move || App::open(&start.file, start.cases)).await??;
    println!("the desk is open at http://localhost:{}", listener.local_addr()?.port());
    let ending = app.clone();
    let stopped = async move {
        let _ = tokio::signal::ctrl_c().await;
        ending.end();
    };
    axum::serve(listener, router(app.clone())).with_graceful_shutdown(stopped).await?;
    Ok(app.kit().close()?)
}

/// Everything that answers: each screen brings its own addresses.
fn router(app: App) -> Router {
    screens::routes()
        .route("/session", post(session::choose))
        .route("/live", get(live::live))
        .fallback(screens::nothing_here)
        .layer(from_fn_with_state(app.clone(), guard::guard))
        .route("/assets/{name}", get(assets::asset))
        .layer(axum::middleware::from_fn(guard::outer))
        .with_state(app)
}

struct Start {
    file: PathBuf,
    port: u16,
    cases: u32,
}

impl Start {
    fn read(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut start = Self { file: "desk-data/cases.db".into(), port: 4600, cases: 0 };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--port" => start.port = arguments.next()?.parse().ok()?,
                "--cases" => start.cases = arguments.next()?.parse().ok()?,
                other if other.starts_with('-') => return None,
                other => start.file = other.into(),
            }
        }
        Some(start)
    }
}
