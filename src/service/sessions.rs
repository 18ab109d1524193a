//! Sessions, and those of browsers: a JWT of fifteen minutes, a refresh token that is replaced whenever it is used, and a row that
//! every request looks at (PRODUCT section 6).

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Person},
    devices,
    throttle::DeviceCode,
};
use crate::{
    auth::{jwt::Claims, refresh::RefreshToken},
    domain::{
        activity::Happened,
        id::{SessionId, UserId},
        session::{self, Device, End},
        text::Email,
    },
    store::{
        self,
        sessions::{self as table, NewSession, Seen, Session},
    },
};

/// The two tokens of a session, for its cookies.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The JWT.
    pub jwt: String,
    /// The refresh token.
    pub refresh: RefreshToken,
    /// The code by which the account knows the browser from now on, if it had none.
    pub device: Option<DeviceCode>,
}

/// What the cookies of a request come to.
#[derive(Clone, Debug, Default)]
pub struct Authenticated {
    /// Who is signed in, if anybody.
    pub person: Option<Person>,
    /// New tokens for the cookies, if the old ones were replaced.
    pub renewed: Option<Tokens>,
}

/// Where a person is signed in.
#[derive(Clone, Debug)]
pub struct Place {
    /// The session, as it was last heard of.
    pub seen: Seen,
    /// On what.
    pub device: Device,
    /// Whether it is the session that asks.
    pub is_here: bool,
}

impl Service {
    /// Who sends a request with these cookies. Renews the tokens where the JWT's time is over.
    ///
    /// # Errors
    /// A fault of the database; nobody is signed in then.
    pub async fn authenticate(
        &self,
        jwt: Option<&str>,
        refresh: Option<&str>,
        origin: &Origin,
    ) -> Result<Authenticated> {
        let now = self.now();
        let claims = match jwt {
            Some(jwt) => self.claims(jwt).await?,
            None => None,
        };
        if let Some(claims) = claims {
            let found = table::find(self.store.read(), claims.session).await?;
            if let Some(session) = found.filter(|session| session.user == claims.user && session.is_live(now)) {
                self.saw(&session, claims.generation).await?;
                return Ok(Authenticated { person: Some(person(session)), renewed: None });
            }
        }
        match refresh.and_then(|text| self.refresh.parse(text)) {
            Some(token) => self.renew(&token, origin).await,
            None => Ok(Authenticated::default()),
        }
    }

    /// Ends the session; a renewal that runs at the same time cannot bring it back.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn sign_out(&self, person: &Person, origin: &Origin) -> Result<()> {
        let mut tx = self.store.begin().await?;
        if table::end(&mut tx, person.session, End::SignedOut, self.now()).await? {
            self.record_account(&mut tx, (person.user, &person.email), origin, Happened::SignedOut).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Where the person is signed in, this session first.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn sessions(&self, person: &Person) -> Result<Vec<Place>> {
        let found = table::of_user(self.store.read(), person.user, self.now()).await?;
        let place = |seen: Seen| Place { device: devices::of_session(&seen), is_here: seen.id == person.session, seen };
        let mut places: Vec<_> = found.into_iter().map(place).collect();
        places.sort_by_key(|place| !place.is_here);
        Ok(places)
    }

    /// Signs one of the person's sessions out, from this one.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the person has no such session that lives, [`Error::Unauthenticated`] if this one ended.
    pub async fn end_session(&self, person: &Person, origin: &Origin, id: SessionId) -> Result<()> {
        if id == person.session {
            return self.sign_out(person, origin).await;
        }
        let mut tx = self.store.begin().await?;
        self.look_again(&mut tx, &Actor::Person(person.clone())).await?;
        let all = table::of_user(tx.on(), person.user, self.now()).await?;
        let found = all.into_iter().find(|seen| seen.id == id).ok_or(Error::NotFound)?;
        if table::end(&mut tx, id, End::Elsewhere, self.now()).await? {
            let deed = Deed::to(Happened::SessionEnded, person.user, person.email.as_str());
            let deed = deed.saying(devices::of_session(&found).name);
            self.record_own(&mut tx, (person.user, &person.email), origin, deed).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Signs all of the person's sessions out but this one; says how many those were.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if this one ended.
    pub async fn end_other_sessions(&self, person: &Person, origin: &Origin) -> Result<u64> {
        let mut tx = self.store.begin().await?;
        self.look_again(&mut tx, &Actor::Person(person.clone())).await?;
        let ended = table::end_others(&mut tx, person.user, Some(person.session), End::Elsewhere, self.now()).await?;
        if ended > 0 {
            self.record_account(&mut tx, (person.user, &person.email), origin, Happened::OtherSessionsEnded).await?;
        }
        tx.commit().await?;
        Ok(ended)
    }

    pub(super) async fn begin_session(&self, account: (UserId, &Email), origin: &Origin) -> Result<Tokens> {
        let tx = self.store.begin().await?;
        self.begin_session_in(tx, account, origin).await
    }

    /// The same in a transaction that has proved more than a password, and ends here.
    pub(super) async fn begin_session_in(
        &self,
        mut tx: store::Tx,
        (user, email): (UserId, &Email),
        origin: &Origin,
    ) -> Result<Tokens> {
        let now = self.now();
        let id = SessionId::from_u128(self.random.id(now));
        let refresh = self.refresh.first(id, self.random.bytes());
        let ip = origin.ip_text();
        let new = NewSession {
            id,
            user,
            refresh: &refresh.digest(),
            now,
            idle_expires_at: now.plus(session::IDLE),
            expires_at: now.plus(session::ABSOLUTE),
            ip: ip.as_deref(),
            user_agent: origin.user_agent.as_deref(),
            device_name: None,
        };
        let known = self.device_is_known(tx.on(), email, origin).await?;
        let is_first = !table::has_any(tx.on(), user).await?;
        table::insert(&mut tx, &new).await?;
        self.record_account(&mut tx, (user, email), origin, Happened::SignedIn).await?;
        if !known && !is_first {
            let deed = Deed::to(Happened::NewDevice, user, email.as_str());
            let deed = deed.saying(devices::describe(origin.user_agent.as_deref()).name);
            self.record_own(&mut tx, (user, email), origin, deed).await?;
        }
        let device = self.signed_in_completely(&mut tx, email, origin).await?;
        store::reveals::sweep(&mut tx, now).await?;
        store::two_factor::sweep(&mut tx, now).await?;
        store::browser_state::sweep(&mut tx, now).await?;
        tx.commit().await?;
        Ok(Tokens { jwt: self.jwt(id, user, 0).await?, refresh, device })
    }

    /// A JWT that comes back proves that the refresh token beside it arrived.
    async fn saw(&self, session: &Session, generation: i64) -> Result<()> {
        if generation == session.generation && session.seen_generation < generation {
            let mut tx = self.store.begin().await?;
            table::saw(&mut tx, session.id, generation, self.now()).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn renew(&self, token: &RefreshToken, origin: &Origin) -> Result<Authenticated> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let Some(session) = table::find(tx.on(), token.session()).await?.filter(|session| session.is_live(now)) else {
            return Ok(Authenticated::default());
        };
        let digest = token.digest();
        let successor = self.refresh.successor(token);
        let mut generation = session.generation;
        if session.refresh_digest == digest.as_str() {
            let idle = now.plus(session::IDLE);
            let ip = origin.ip_text();
            let seen = (ip.as_deref(), origin.user_agent.as_deref());
            if !table::rotate(&mut tx, session.id, &digest, &successor.digest(), now, idle, seen).await? {
                // Another request was first (PostgreSQL reads before it locks); the tokens it gave are good.
                return Ok(Authenticated { person: Some(person(session)), renewed: None });
            }
            generation += 1;
        } else if !is_honoured(&session, digest.as_str(), now) {
            table::end(&mut tx, session.id, End::Reuse, now).await?;
            self.record_account(&mut tx, (session.user, &session.email), origin, Happened::SessionReuse).await?;
            tx.commit().await?;
            tracing::warn!(session = %session.id, "a replaced refresh token came back; the session was ended");
            return Ok(Authenticated::default());
        }
        tx.commit().await?;
        let jwt = self.jwt(session.id, session.user, generation).await?;
        let renewed = Tokens { jwt, refresh: successor, device: None };
        Ok(Authenticated { person: Some(person(session)), renewed: Some(renewed) })
    }

    async fn jwt(&self, session: SessionId, user: UserId, generation: i64) -> Result<String> {
        self.sign(&Claims { user, session, generation, expires_at: self.now().plus(session::JWT) }).await
    }
}

/// The predecessor gives its successor again for thirty seconds, and as long as neither the successor nor its JWT
/// was ever seen: the answer that carried them was lost.
fn is_honoured(session: &Session, digest: &str, now: crate::domain::timestamp::Timestamp) -> bool {
    session.previous_digest.as_deref() == Some(digest)
        && (now.since(session.rotated_at) <= session::GRACE || session.seen_generation < session.generation)
}

fn person(session: Session) -> Person {
    Person { user: session.user, email: session.email, session: session.id, authenticated_at: session.authenticated_at }
}
