//! What happened in a workspace as a file, in pieces: a long log never stands in memory whole. On the server only.

use axum::{
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use futures_util::stream;
use serde::Deserialize;

use super::activity::filter;
use crate::{
    domain::{
        activity::{Filter, Start},
        id::EventId,
    },
    http::{authenticate::Caller, state},
    service::{
        self, Error,
        actor::Actor,
        events,
        export::{Export, Format},
    },
    web::routes,
};

/// So many events are read at once.
const PIECE: usize = 500;

/// What the file shall have; the same as the page's address, and the format.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    format: String,
    kind: String,
    by: String,
    from: String,
    q: String,
}

/// How far it is written.
struct Writing {
    state: state::State,
    actor: Actor,
    workspace: String,
    filter: Filter,
    export: Export,
    next: Next,
}

enum Next {
    /// The first piece, which has been read already: whether the actor may see it was the question.
    First(events::Page),
    After(EventId),
    End,
}

/// The file of all events that the page shows with this filter.
pub async fn download(
    State(state): State<state::State>,
    axum::Extension(caller): axum::Extension<Caller>,
    Path(workspace): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let back = routes::activity(&workspace);
    let Some(person) = caller.person else { return Redirect::to(&routes::sign_in(&back)).into_response() };
    let Ok(format) = asked.format.parse::<Format>() else { return Redirect::to(&back).into_response() };
    let actor = Actor::Person(person);
    let filter = filter(&asked.kind, &asked.by, &asked.from, asked.q);
    let first = match state.service.events(&actor, &workspace, None, &filter, Start::Newest, PIECE).await {
        Ok(first) => first,
        Err(error) => return refused(&error, &back),
    };
    let day = state.service.now().iso_date();
    let name = format!("activity-{}-{day}.{}", first.standing.workspace.slug, format.as_str());
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let export = Export::new(format, events::COLUMNS);
    let writing = Writing { state, actor, workspace, filter, export, next: Next::First(first) };
    let pieces = stream::try_unfold(writing, async |writing| writing.piece().await);
    (headers, Body::from_stream(pieces)).into_response()
}

impl Writing {
    /// The next piece. Each asks again whether the actor may: a file ends where their rights do.
    async fn piece(mut self) -> service::Result<Option<(Bytes, Self)>> {
        let (page, mut bytes) = match self.next {
            Next::First(page) => (page, self.export.head()),
            Next::After(id) => {
                let start = Start::OlderThan(id);
                let (service, workspace) = (&self.state.service, &self.workspace);
                (service.events(&self.actor, workspace, None, &self.filter, start, PIECE).await?, Vec::new())
            }
            Next::End => return Ok(None),
        };
        let last = page.items.last().filter(|_| page.older).map(|event| event.id);
        for event in page.items {
            bytes.extend(self.export.row(events::row(event)));
        }
        if last.is_none() {
            bytes.extend(self.export.tail());
        }
        self.next = last.map_or(Next::End, Next::After);
        Ok(Some((bytes.into(), self)))
    }
}

fn refused(error: &Error, back: &str) -> Response {
    let status = match error {
        Error::NotFound | Error::OtherProject => StatusCode::NOT_FOUND,
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::NeedsTwoFactor => return Redirect::to(&routes::two_factor(back)).into_response(),
        Error::Fault(fault) => {
            tracing::error!(error = %fault, "an export failed");
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => StatusCode::FORBIDDEN,
    };
    (status, "This is not here.\n").into_response()
}
