//! Signing a command line in (RFC 8628): it shows a short code, a person types that in a browser and approves, and the
//! command line, which asks meanwhile, gets its secret once.
//!
//! Approval makes the session, so that whatever ends sessions ends this one too, fetched or not; its secret is made when
//! it is fetched.

use std::net::IpAddr;

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Person},
    error::Conflict,
};
use crate::{
    auth::{digest, secret::Secret, user_code},
    domain::{
        activity::{Happened, Via},
        id::SessionId,
        invalid::Invalid,
        session::{ABSOLUTE, COMMAND_LINE_PREFIX, DEVICE_LOGIN, IDLE, POLL},
        text::Rule,
        timestamp::Timestamp,
    },
    store::{
        Tx,
        device_logins::{self as table, Login, NewLogin, Waiting},
        sessions::{self, NewSession},
    },
};

/// What a command line may call its host.
const HOST_NAME: Rule = Rule { field: "host_name", title: "The host name", min: 0, max: 100 };

/// One whose time is over is remembered for this long, to say so.
const REMEMBERED: time::Duration = time::Duration::hours(1);

/// A question that comes this much too soon is forgiven: clocks and networks are not exact.
const LENIENCE: time::Duration = time::Duration::seconds(1);

/// A sign-in that a command line has begun.
pub struct Begun {
    /// The code by which it asks; nobody else knows it.
    pub device_code: String,
    /// The code that a person types.
    pub user_code: String,
    /// The seconds until both are over.
    pub expires_in: i64,
    /// The seconds between two questions.
    pub interval: i64,
}

/// What came of a question.
pub enum Polled {
    /// Nobody has answered yet.
    Pending,
    /// It asks too often, and has to wait five seconds longer from now on.
    SlowDown,
    /// A person has refused it, or signed it out again before it came.
    Denied,
    /// Its time is over.
    Expired,
    /// There is no such code, or its secret was given out.
    Unknown,
    /// The secret, for the only time.
    Approved(Secret),
}

impl Service {
    /// Begins to sign in a command line that calls its host `host_name`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `host_name`.
    pub async fn begin_device_sign_in(&self, origin: &Origin, host_name: &str) -> Result<Begun> {
        let host_name = HOST_NAME.parse(host_name).map_err(Error::invalid)?;
        let host_name = if host_name.is_empty() { "an unnamed host".to_owned() } else { host_name };
        let (now, ip, device_code) = (self.now(), origin.ip_text(), self.random.code());
        let mut tx = self.store.begin().await?;
        table::sweep(&mut tx, now.plus(-REMEMBERED)).await?;
        let user_code = loop {
            let code = user_code::new(&mut |bytes| self.random.fill(bytes));
            let new = NewLogin {
                device: &digest::of(&device_code),
                user: &self.lockout.digest(&code),
                host_name: &host_name,
                ip: ip.as_deref(),
                user_agent: origin.user_agent.as_deref(),
                now,
                expires_at: now.plus(DEVICE_LOGIN),
                interval: POLL.whole_seconds(),
            };
            // So few are open at once that another one has the same code hardly ever.
            if table::insert(&mut tx, &new).await? {
                break user_code::grouped(&code);
            }
        };
        tx.commit().await?;
        let (expires_in, interval) = (DEVICE_LOGIN.whole_seconds(), POLL.whole_seconds());
        Ok(Begun { device_code, user_code, expires_in, interval })
    }

    /// Answers a command line that asks whether it was approved.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn poll_device_sign_in(&self, device_code: &str) -> Result<Polled> {
        let (device, now) = (digest::of(device_code), self.now());
        let mut tx = self.store.begin().await?;
        let Some(login) = table::find(tx.on(), &device).await? else { return Ok(Polled::Unknown) };
        if login.is_claimed {
            return Ok(Polled::Unknown);
        }
        if login.is_denied {
            return Ok(Polled::Denied);
        }
        if now >= login.expires_at {
            return Ok(Polled::Expired);
        }
        let is_too_soon = is_too_soon(&login, now);
        let interval = login.interval + if is_too_soon { POLL.whole_seconds() } else { 0 };
        table::polled(&mut tx, &device, now, interval).await?;
        let polled = match login.session {
            _ if is_too_soon => Polled::SlowDown,
            None => Polled::Pending,
            Some(session) if table::claim(&mut tx, &device, now).await? => {
                let secret = Secret::mint(COMMAND_LINE_PREFIX, &mut |bytes| self.random.fill(bytes));
                let given = sessions::set_secret(&mut tx, session, &secret.digest(), now, now.plus(IDLE)).await?;
                if given { Polled::Approved(secret) } else { Polled::Denied }
            }
            Some(_) => Polled::Unknown,
        };
        tx.commit().await?;
        Ok(polled)
    }

    /// The command line that waits with this code, for the person who may approve it. A wrong code counts on the counter
    /// of all sign-ins of the account.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `user_code`, [`Error::TooManyAttempts`].
    pub async fn waiting_device(&self, person: &Person, origin: &Origin, user_code: &str) -> Result<Waiting> {
        let attempt = self.attempt(&person.email, origin).await?;
        let code = user_code::parse(user_code);
        let found = match &code {
            Some(code) => table::waiting(self.store.read(), &self.lockout.digest(code), self.now()).await?,
            None => None,
        };
        if let Some(found) = found {
            self.stands(&attempt).await?;
            return Ok(found);
        }
        if user_code.trim().is_empty() {
            let message = "Enter the code that the command line shows.";
            return Err(Error::invalid(Invalid::new("user_code", "required", message)));
        }
        let mut tx = self.store.begin().await?;
        self.note_failure(&mut tx, &attempt).await?;
        tx.commit().await?;
        let message = "No command line waits with this code. Check it, or start the sign-in there again.";
        Err(Error::invalid(Invalid::new("user_code", "unknown", message)))
    }

    /// The same for a code that was right before in the same browser, with the code as the command line shows it: a wrong
    /// one is not counted.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn device_still_waiting(&self, user_code: &str) -> Result<Option<(String, Waiting)>> {
        let Some(code) = user_code::parse(user_code) else { return Ok(None) };
        let found = table::waiting(self.store.read(), &self.lockout.digest(&code), self.now()).await?;
        Ok(found.map(|found| (user_code::grouped(&code), found)))
    }

    /// Signs the command line that waits with this code in to the person's account.
    ///
    /// # Errors
    /// [`Error::NeedsReauthentication`], what [`Service::waiting_device`] says, [`Conflict::DeviceOver`] if it waits no
    /// more, [`Error::Unauthenticated`] if the session has ended meanwhile.
    pub async fn approve_device(&self, person: &Person, origin: &Origin, user_code: &str) -> Result<()> {
        let actor = Actor::Person(person.clone());
        self.fresh(&actor)?;
        let waiting = self.waiting_device(person, origin, user_code).await?;
        let mut tx = self.store.begin().await?;
        self.look_again(&mut tx, &actor).await?;
        let session = self.begin_command_line(&mut tx, person, &waiting).await?;
        if !table::approve(&mut tx, &waiting.device, session, self.now()).await? {
            return Err(Error::Conflict(Conflict::DeviceOver));
        }
        Ok(tx.commit().await?)
    }

    /// Refuses the command line that waits with this code.
    ///
    /// # Errors
    /// What [`Service::waiting_device`] says, or [`Conflict::DeviceOver`].
    pub async fn deny_device(&self, person: &Person, origin: &Origin, user_code: &str) -> Result<()> {
        let waiting = self.waiting_device(person, origin, user_code).await?;
        let mut tx = self.store.begin().await?;
        self.look_again(&mut tx, &Actor::Person(person.clone())).await?;
        if !table::deny(&mut tx, &waiting.device, self.now()).await? {
            return Err(Error::Conflict(Conflict::DeviceOver));
        }
        Ok(tx.commit().await?)
    }

    /// The session of a command line that was approved. It ends with the code unless its secret is fetched.
    async fn begin_command_line(&self, tx: &mut Tx, person: &Person, waiting: &Waiting) -> Result<SessionId> {
        let now = self.now();
        let id = SessionId::from_u128(self.random.id(now));
        let name = format!("Command line on {}", waiting.host_name);
        let new = NewSession {
            id,
            user: person.user,
            // Nobody has the secret of this digest.
            refresh: &digest::of(&self.random.code()),
            now,
            idle_expires_at: waiting.expires_at,
            expires_at: now.plus(ABSOLUTE),
            ip: waiting.ip.as_deref(),
            user_agent: waiting.user_agent.as_deref(),
            device_name: Some(&name),
        };
        sessions::insert(tx, &new).await?;
        let ip: Option<IpAddr> = waiting.ip.as_deref().and_then(|ip| ip.parse().ok());
        let there = Origin { via: Via::Api, ip, user_agent: waiting.user_agent.clone(), device: None, once: None };
        for happened in [Happened::SignedIn, Happened::NewDevice] {
            let deed = Deed::to(happened, person.user, person.email.as_str()).saying(name.as_str());
            self.record_own(tx, (person.user, &person.email), &there, deed).await?;
        }
        Ok(id)
    }
}

fn is_too_soon(login: &Login, now: Timestamp) -> bool {
    let interval = time::Duration::seconds(login.interval);
    login.polled_at.is_some_and(|before| now.since(before) + LENIENCE < interval)
}
