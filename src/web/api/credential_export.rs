//! A list of tokens or keys as a file, in pieces: a long one never stands in memory whole. On the server only.

use axum::{
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use futures_util::stream;

use crate::{
    domain::credential::Kind,
    http::{authenticate::Caller, state},
    service::{
        self, Error,
        actor::Actor,
        credential_list::{Asked, COLUMNS, Page, row},
        export::{Export, Format},
    },
    web::routes,
};

/// So many are read at once.
const PIECE: usize = 500;

/// How far it is written.
struct Writing {
    state: state::State,
    actor: Actor,
    workspace: String,
    kind: Kind,
    asked: Asked,
    export: Export,
    next: Next,
}

enum Next {
    /// The first piece, which has been read already: whether the actor may see it was the question.
    First(Box<Page>),
    After(String),
    End,
}

/// The file of all that the page shows with these filters. Nothing in it is secret.
pub async fn download(
    State(state): State<state::State>,
    axum::Extension(caller): axum::Extension<Caller>,
    Path(workspace): Path<String>,
    Query(page): Query<routes::Page>,
    (kind, format): (Kind, Format),
) -> Response {
    let back = routes::credentials_page(&workspace, kind, &page);
    let Some(person) = caller.person else { return Redirect::to(&routes::sign_in(&back)).into_response() };
    let (actor, asked) = (Actor::Person(person), Asked::from(page.first()));
    let list = |asked: Asked| {
        let (service, actor, workspace) = (&state.service, &actor, &workspace);
        async move { service.credentials(actor, workspace, kind, &asked, Ok(PIECE)).await.map(|page| (asked, page)) }
    };
    // What of the address means nothing is left out, as the page does.
    let found = match list(asked.clone()).await {
        Err(Error::Invalid(errors)) => list(asked.without(&errors)).await,
        found => found,
    };
    let (asked, first) = match found {
        Ok(found) => found,
        Err(error) => return refused(&error, &back),
    };
    let slug = &first.standing.workspace.slug;
    let name = format!("{}-{slug}-{}.{}", kind.segment(), state.service.now().iso_date(), format.as_str());
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let (export, next) = (Export::new(format, COLUMNS), Next::First(Box::new(first)));
    let writing = Writing { state, actor, workspace, kind, asked, export, next };
    let pieces = stream::try_unfold(writing, async |writing| writing.piece().await);
    (headers, Body::from_stream(pieces)).into_response()
}

impl Writing {
    /// The next piece. Each asks again whether the actor may: a file ends where their rights do.
    async fn piece(mut self) -> service::Result<Option<(Bytes, Self)>> {
        let (page, mut bytes) = match self.next {
            Next::First(page) => (*page, self.export.head()),
            Next::After(cursor) => {
                self.asked.cursor = cursor;
                let service = &self.state.service;
                let page = service.credentials(&self.actor, &self.workspace, self.kind, &self.asked, Ok(PIECE)).await?;
                (page, Vec::new())
            }
            Next::End => return Ok(None),
        };
        let now = self.state.service.now();
        for credential in &page.items {
            bytes.extend(self.export.row(row(credential, now)));
        }
        if page.next.is_none() {
            bytes.extend(self.export.tail());
        }
        self.next = page.next.map_or(Next::End, Next::After);
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
