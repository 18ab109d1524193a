//! A second factor that there is: since when, how many backup codes are left, new ones, and turning it off.

use leptos::prelude::*;

use super::form::{FormProblem, Problems};
use crate::{
    domain::{
        timestamp::Timestamp,
        two_factor::{BACKUP_CODES, FEW},
    },
    web::{
        api::{form::Refused, two_factor::MakeBackupCodes},
        components::{
            button::Submit,
            callout::{Callout, Tone},
            field::{AnyCodeField, CodeField, PasswordField},
            icon::{Glyph, Icon},
            when::When,
        },
        send::{SendForm, Sending},
    },
};

/// What stands on the page.
#[component]
pub fn On(
    /// Since when it is on.
    since: Timestamp,
    /// How many backup codes were not used yet.
    codes_left: u32,
    /// The names of the viewer's workspaces that require it.
    required_by: Vec<String>,
    /// Why it was not turned off before, without JavaScript.
    refused: Option<Refused>,
    /// Why there are no new backup codes, without JavaScript.
    refused_codes: Option<Refused>,
    /// The way of the form that turns it off.
    off: Sending,
) -> impl IntoView {
    let few = (codes_left <= FEW).then(|| {
        let title = match codes_left {
            0 => "No backup code is left".to_owned(),
            1 => "One backup code is left".to_owned(),
            left => format!("{left} backup codes are left"),
        };
        view! {
            <Callout tone=Tone::Warn title>
                <p>"Make a new set while you have your app: without either you cannot sign in."</p>
            </Callout>
        }
    });
    view! {
        <div class="head">
            <div>
                <h1>"Two-factor"</h1>
                <p>"Signing in takes your password and a code from your app, or one of your backup codes."</p>
            </div>
        </div>
        {few}
        <div class="panel pad">
            <dl class="facts">
                <dt>"Status"</dt>
                <dd>"On since " <When at=since text=since.date()/></dd>
                <dt>"Backup codes"</dt>
                <dd>{format!("{codes_left} of {BACKUP_CODES} left")}</dd>
            </dl>
        </div>
        <NewCodes refused=refused_codes/>
        <TurnOff required_by refused sending=off/>
    }
}

#[component]
fn NewCodes(refused: Option<Refused>) -> impl IntoView {
    let sending = Sending::to::<MakeBackupCodes>();
    let answer = sending.value();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    view! {
        <section class="panel pad" aria-labelledby="new-codes-title">
            <h2 id="new-codes-title">"New backup codes"</h2>
            <SendForm sending class="stack">
                <p class="hint">"Ten new codes, shown once. Those from before stop working."</p>
                <FormProblem problems fields=&["code"]/>
                <CodeField
                    id="new-codes-code"
                    label="Code from the app"
                    hint=("new-codes-hint", "The six digits showing now.")
                    error_id="new-codes-error"
                    message=problems.of("code")
                />
                <div class="actions">
                    <Submit class="btn" pending=sending.pending()>
                        "Make new codes"
                    </Submit>
                </div>
            </SendForm>
        </section>
    }
}

#[component]
fn TurnOff(required_by: Vec<String>, refused: Option<Refused>, sending: Sending) -> impl IntoView {
    let answer = sending.value();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let required = (!required_by.is_empty()).then(|| {
        let names = required_by.join(", ");
        view! {
            <Callout tone=Tone::Warn title=format!("{names} requires two-factor")>
                <p>"Without it you see nothing there until you have set it up again."</p>
            </Callout>
        }
    });
    view! {
        <section class="panel pad" aria-labelledby="turn-off-title">
            <h2 id="turn-off-title">"Turn off two-factor"</h2>
            <SendForm sending class="stack">
                <p class="hint">"After this, your password alone signs you in. Your backup codes stop working."</p>
                {required}
                <FormProblem problems fields=&["password", "code"]/>
                <PasswordField
                    name="password"
                    label="Password"
                    autocomplete="current-password"
                    error_id="password-error"
                    message=problems.of("password")
                />
                <AnyCodeField id="turn-off-code" error_id="turn-off-error" message=problems.of("code")/>
                <div class="actions">
                    <Submit class="btn danger" pending=sending.pending()>
                        <Icon glyph=Glyph::Ban/>
                        " Turn off two-factor"
                    </Submit>
                </div>
            </SendForm>
        </section>
    }
}
