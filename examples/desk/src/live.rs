//! Tells browsers that something was committed. What it was, each screen reads anew, as whoever looks at it may see it now.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;

use crate::prelude::*;

/// A stream of positions. It ends when the desk does, since a stream that stays open would keep the server from stopping.
pub(crate) async fn live(State(app): State<App>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let stream = futures_util::stream::unfold(app.changed.subscribe(), |mut changed| async move {
        changed.changed().await.ok()?;
        let position = (*changed.borrow_and_update())?;
        Some((Ok(Event::default().data(position.to_string())), changed))
    });
    // Proxies and sleeping laptops are noticed within a minute.
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}
