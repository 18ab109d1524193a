//! The request behind a server function: who asks, from where, and what their browser keeps. On the server only.

use std::sync::Arc;

use http::{Method, StatusCode, header, request::Parts};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use tower_sessions::Session;

use crate::{
    http::{authenticate::Caller, cookies, state::State},
    service::{
        Error, Service,
        actor::{Actor, Person},
        sessions::Tokens,
        sign_in::{Half, SignedIn},
        throttle::Wait,
    },
    web::{api::form::Refused, error::UiError, routes},
};

/// A request.
pub struct Request {
    /// The use cases.
    pub service: Arc<Service>,
    /// What all requests share.
    pub state: State,
    /// Who asks.
    pub caller: Caller,
    parts: Parts,
    browser: Session,
}

impl Request {
    /// The request that is being answered.
    ///
    /// # Errors
    /// [`UiError::Fault`] outside of one.
    pub fn current() -> Result<Self, UiError> {
        let state = use_context::<State>().ok_or(UiError::Fault)?;
        let parts = use_context::<Parts>().ok_or(UiError::Fault)?;
        let caller = parts.extensions.get::<Caller>().cloned().ok_or(UiError::Fault)?;
        let browser = parts.extensions.get::<Session>().cloned().ok_or(UiError::Fault)?;
        Ok(Self { service: state.service.clone(), state, caller, parts, browser })
    }

    /// The person who is signed in.
    ///
    /// # Errors
    /// [`UiError::SignedOut`] if nobody is.
    pub fn person(&self) -> Result<&Person, UiError> {
        self.caller.person.as_ref().ok_or_else(|| {
            tell_status(&UiError::SignedOut);
            UiError::SignedOut
        })
    }

    /// The same as an actor.
    ///
    /// # Errors
    /// [`UiError::SignedOut`] if nobody is signed in.
    pub fn actor(&self) -> Result<Actor, UiError> {
        self.person().cloned().map(Actor::Person)
    }

    /// Tells the browser to keep a session's tokens.
    pub fn keep(&self, tokens: &Tokens) {
        if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
            for cookie in cookies::keep(&self.state.settings, tokens) {
                response.append_header(header::SET_COOKIE, cookie);
            }
        }
    }

    /// Lets somebody in who has proved all that their account asks for: the half of the sign-in that waited is over.
    ///
    /// # Errors
    /// [`UiError::Fault`] if the database fails.
    pub async fn enter(&self, tokens: &Tokens) -> Result<(), UiError> {
        self.keep(tokens);
        self.browser.remove::<Half>(HALF).await.map_err(fault)?;
        Ok(())
    }

    /// Goes on from the right password: in, and to `next`, or to the page that asks for a code.
    ///
    /// # Errors
    /// [`UiError::Fault`] if the database fails.
    pub async fn go_on(&self, signed_in: SignedIn, next: &str) -> Result<(), UiError> {
        match signed_in {
            SignedIn::Completely(tokens) => {
                self.enter(&tokens).await?;
                leptos_axum::redirect(&routes::signed_in(next));
            }
            SignedIn::Half(half) => {
                self.browser.insert(HALF, half).await.map_err(fault)?;
                // Whoever knew the browser's state before must not be the one who gives the code.
                self.browser.cycle_id().await.map_err(fault)?;
                leptos_axum::redirect(&routes::sign_in_code(next));
            }
        }
        Ok(())
    }

    /// The sign-in that waits for its code in this browser.
    ///
    /// # Errors
    /// [`UiError::Fault`] if the database fails.
    pub async fn half(&self) -> Result<Option<Half>, UiError> {
        self.browser.get(HALF).await.map_err(fault)
    }

    /// Tells the browser to forget them, and all that was kept around them.
    ///
    /// # Errors
    /// [`UiError::Fault`] if the database fails.
    pub async fn forget(&self) -> Result<(), UiError> {
        if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
            for cookie in cookies::forget(&self.state.settings) {
                response.append_header(header::SET_COOKIE, cookie);
            }
        }
        self.browser.flush().await.map_err(fault)
    }

    /// Whether somebody will look at the answer: not so for `HEAD` and for a browser that fetches ahead.
    #[must_use]
    pub fn is_looked_at(&self) -> bool {
        let ahead = ["sec-purpose", "purpose", "x-moz"].iter().any(|name| {
            self.parts
                .headers
                .get(*name)
                .is_some_and(|value| value.as_bytes().windows(8).any(|word| word == b"prefetch"))
        });
        self.parts.method != Method::HEAD && !ahead
    }

    /// Whether a form was sent without JavaScript: the answer is then a redirect to a page.
    fn is_plain_form(&self) -> bool {
        let accept = self.parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        self.parts.method == Method::POST && accept.is_some_and(|accept| accept.contains("text/html"))
    }

    /// Answers a form that was refused. With JavaScript the error goes to the page that is still there; without,
    /// `typed` waits for the page at `back`, which shows the form again.
    ///
    /// # Errors
    /// `error`, unless the form was plain.
    pub async fn refuse(
        &self,
        form: &str,
        error: UiError,
        typed: Vec<(String, String)>,
        back: &str,
    ) -> Result<(), UiError> {
        if !self.is_plain_form() {
            return Err(error);
        }
        if error == UiError::SignedOut {
            leptos_axum::redirect(&routes::sign_in(back));
            return Ok(());
        }
        // Whoever has to type their password again comes back to what they had typed here.
        let to = if error == UiError::Stale { &routes::confirm(back) } else { back };
        self.browser.insert(&slot(form), Refused { error, typed }).await.map_err(fault)?;
        leptos_axum::redirect(to);
        Ok(())
    }

    /// Answers a form that was carried out and whose page at `back` shows no other trace of it: without JavaScript, that
    /// page says so.
    ///
    /// # Errors
    /// [`UiError::Fault`] if the database fails.
    pub async fn tell(&self, done: &str, back: &str) -> Result<(), UiError> {
        if self.is_plain_form() {
            self.browser.insert(TOLD, done).await.map_err(fault)?;
        }
        leptos_axum::redirect(back);
        Ok(())
    }

    /// What a form before has done; once.
    ///
    /// # Errors
    /// [`UiError::Fault`] if the database fails.
    pub async fn told(&self) -> Result<Option<String>, UiError> {
        if self.is_looked_at() { self.browser.remove(TOLD).await.map_err(fault) } else { Ok(None) }
    }

    /// Counts an attempt to sign in to the account of `email` for the network it comes from. A browser that has signed
    /// in to it before is not counted: a neighbour in that network must not keep it out.
    ///
    /// # Errors
    /// [`UiError::Wait`] if there were too many.
    pub async fn attempt(&self, email: &str) -> Result<(), UiError> {
        if self.service.knows_device(email, &self.caller.origin).await? {
            return Ok(());
        }
        let wait = |wait| Error::TooManyAttempts(Wait::lasting(self.service.now(), wait)).into();
        self.state.networks.attempt(&self.caller.origin).map_err(wait)
    }

    /// Keeps what the next page shall tell, as long as the browser's state lives.
    ///
    /// # Errors
    /// [`UiError::Fault`] if the database fails.
    pub async fn keep_for<T: Serialize + Send + Sync>(&self, page: &str, what: T) -> Result<(), UiError> {
        self.browser.insert(&kept(page), what).await.map_err(fault)
    }

    /// What was kept for a page.
    ///
    /// # Errors
    /// [`UiError::Fault`] if the database fails.
    pub async fn kept_for<T: DeserializeOwned>(&self, page: &str) -> Result<Option<T>, UiError> {
        self.browser.get(&kept(page)).await.map_err(fault)
    }

    /// Keeps it no longer.
    ///
    /// # Errors
    /// [`UiError::Fault`] if the database fails.
    pub async fn drop_kept(&self, page: &str) -> Result<(), UiError> {
        self.browser.remove_value(&kept(page)).await.map_err(fault)?;
        Ok(())
    }

    /// What was typed into `form` when it was refused, for the page that shows it again; once.
    ///
    /// # Errors
    /// [`UiError::Fault`] if the database fails.
    pub async fn refused(&self, form: &str) -> Result<Option<Refused>, UiError> {
        if !self.is_looked_at() {
            return Ok(None);
        }
        let refused: Option<Refused> = self.browser.remove(&slot(form)).await.map_err(fault)?;
        if let Some(Refused { error: error @ UiError::Wait(..), .. }) = &refused
            && self.parts.method == Method::GET
        {
            answer_with(error);
        }
        // They have typed their password meanwhile, and are back.
        let confirmed = || UiError::Refused("It is you. Send the form once more.".to_owned());
        Ok(refused.map(|refused| match refused.error {
            UiError::Stale => Refused { error: confirmed(), ..refused },
            _ => refused,
        }))
    }
}

const TOLD: &str = "told";
const HALF: &str = "half signed in";

fn kept(page: &str) -> String {
    format!("kept for {page}")
}

fn slot(form: &str) -> String {
    format!("refused {form}")
}

fn fault(error: impl std::fmt::Display) -> UiError {
    tracing::error!(%error, "the browser's state cannot be kept");
    UiError::Fault
}

/// Says in the status, too, what became of a script's request: leptos answers 500 to all that fails. Pages set their
/// own, and a plain form is answered with a redirect.
fn tell_status(error: &UiError) {
    let Ok(request) = Request::current() else { return };
    if request.parts.method == Method::POST && !request.is_plain_form() {
        answer_with(error);
    }
}

fn answer_with(error: &UiError) {
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else { return };
    if let Ok(status) = StatusCode::from_u16(error.status()) {
        response.set_status(status);
    }
    if let UiError::Wait(_, seconds) = error {
        response.insert_header(header::RETRY_AFTER, (*seconds).into());
    }
}

/// An error of this layer's own, which the status tells of as well.
#[must_use]
pub fn because(error: UiError) -> UiError {
    tell_status(&error);
    error
}

impl From<Error> for UiError {
    fn from(error: Error) -> Self {
        let error = Self::of(error);
        tell_status(&error);
        error
    }
}

impl UiError {
    fn of(error: Error) -> Self {
        match error {
            Error::Unauthenticated => Self::SignedOut,
            Error::NotFound | Error::OtherProject => Self::NotFound,
            Error::NeedsRole(role) => Self::Forbidden(format!("Only an {role} of this workspace may do this.")),
            Error::NeedsCapability(..) | Error::NeedsWorkspaceLevel | Error::NeedsPerson => {
                Self::Forbidden("This is not allowed.".to_owned())
            }
            Error::NeedsReauthentication => Self::Stale,
            Error::NeedsTwoFactor => Self::NeedsTwoFactor,
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::Conflict(conflict) => Self::Refused(conflict.sentence().to_owned()),
            Error::TooManyAttempts(wait) => Self::Wait(wait.sentence(), wait.seconds),
            Error::PlanLimit(kind, usage) => Self::Refused(usage.refusal(kind)),
            // Forms have no such key.
            Error::Repeated(_) => Self::Fault,
            Error::Fault(fault) => {
                tracing::error!(error = %fault, "a page failed");
                Self::Fault
            }
        }
    }
}
