//! `…/revoke?ids=…`: the question before several are revoked; `…/revoked`: what became of each.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    credential_filters::nouns,
    credentials::{Behind, HEADING},
    error::ErrorDialog,
    form::{FormProblem, Problems, when_done},
    workspace::{Changes, Viewing},
};
use crate::{
    domain::credential::Kind,
    web::{
        api::{
            credential_lists::{
                ChosenView, Ending, ReportView, RevokeCredentials, chosen_credentials, revocation_report,
            },
            credentials::CredentialRow,
        },
        components::{
            badge::Badge,
            button::Submit,
            dialog::Dialog,
            icon::{Glyph, Icon},
            number::count,
        },
        error::UiError,
        navigate::FocusNext,
        send::{SendForm, Sending},
    },
};

/// The question.
#[component]
pub fn CredentialsRevoke() -> impl IntoView {
    let behind = expect_context::<Behind>();
    let query = use_query_map();
    let ids = Memo::new(move |_| query.with(|query| query.get_all("ids")).unwrap_or_default());
    let asked = Resource::new(
        move || (behind.workspace.get(), ids.get()),
        move |(workspace, ids)| async move {
            let view = chosen_credentials(workspace.clone(), behind.kind.as_str().to_owned(), ids).await?;
            Ok((workspace, view))
        },
    );
    view! {
        <Title text="Revoke several · Latchkey"/>
        <Over asked draw=|behind, (workspace, view)| view! { <Question behind workspace view/> }.into_any()/>
    }
}

/// What became of them.
#[component]
pub fn CredentialsRevoked() -> impl IntoView {
    let behind = expect_context::<Behind>();
    let asked = Resource::new(
        move || behind.workspace.get(),
        move |workspace| revocation_report(workspace, behind.kind.as_str().to_owned()),
    );
    view! {
        <Title text="Revoked · Latchkey"/>
        <Over asked draw=|behind, report| view! { <Report behind report/> }.into_any()/>
    }
}

/// A dialog over the list, as soon as what it shows is there.
#[component]
fn Over<T: Clone + Send + Sync + 'static>(
    asked: Resource<Result<T, UiError>>,
    draw: fn(Behind, T) -> AnyView,
) -> impl IntoView {
    let (viewing, behind) = (expect_context::<Viewing>(), expect_context::<Behind>());
    let navigate = use_navigate();
    let on_close = Callback::new(move |()| {
        close();
        navigate(&behind.href(), NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    view! {
        <Transition>
            {move || Suspend::new(async move {
                // Where there is no list to lie over, the list says why.
                viewing.enter(&behind.workspace.get_untracked()).await.ok()?;
                Some(
                    match asked.await {
                        Ok(found) => {
                            view! {
                                <Dialog titled="several-title" on_close>
                                    {draw(behind, found)}
                                </Dialog>
                            }
                                .into_any()
                        }
                        Err(error) => view! { <ErrorDialog error list=behind.href() on_close/> }.into_any(),
                    },
                )
            })}
        </Transition>
    }
}

/// The focus goes to the heading: the bar from which one came is gone with its ticks.
fn close() {
    expect_context::<FocusNext>().set(HEADING.to_owned());
}

#[component]
fn Question(behind: Behind, workspace: String, view: ChosenView) -> impl IntoView {
    let kind = behind.kind;
    let alive = view.tokens.iter().filter(|token| token.status.is_alive()).count();
    let many = count(alive as u64, kind.noun());
    let href = behind.href();
    if alive == 0 {
        return view! {
            <section>
                <header>
                    <div>
                        <h2 id="several-title">"Nothing to revoke"</h2>
                        <p>{format!("None of the {} that you chose still works.", nouns(kind))}</p>
                    </div>
                </header>
                <footer>
                    <a class="btn primary" href=href on:click=|_| close()>
                        "Back to the list"
                    </a>
                </footer>
            </section>
        }
        .into_any();
    }
    let changes = expect_context::<Changes>();
    let sending = Sending::to::<RevokeCredentials>();
    let answer = sending.value();
    when_done(move || answer.get(), move || changes.happened());
    let problems = Problems::new(move || answer.get(), view.refused.clone().map(|refused| refused.error));
    let hidden = view.tokens.iter().map(|token| token.id.to_string());
    let hidden = hidden.map(|id| view! { <input type="hidden" name="ids[]" value=id/> }).collect_view();
    let items = view.tokens.iter().cloned().map(item).collect_view();
    let it = if alive == 1 { "it" } else { "them" };
    view! {
        <SendForm sending>
            <header>
                <div>
                    <h2 id="several-title">{format!("Revoke {many}?")}</h2>
                    <p>{format!("Tools using {it} stop working at once. This cannot be undone.")}</p>
                </div>
            </header>
            <div class="body">
                <FormProblem problems fields=&[]/>
                <input type="hidden" name="workspace" value=workspace/>
                <input type="hidden" name="kind" value=kind.as_str()/>
                {hidden}
                <ul class="panel list" role="list" aria-label="What is revoked">
                    {items}
                </ul>
                <Descendants kind made=view.descendants/>
            </div>
            <footer>
                <a class="btn" href=href autofocus on:click=|_| close()>
                    "Cancel"
                </a>
                <Submit class="btn danger primary" pending=sending.pending()>
                    <Icon glyph=Glyph::Ban/>
                    {format!(" Revoke {many}")}
                </Submit>
            </footer>
        </SendForm>
    }
    .into_any()
}

fn item(token: CredentialRow) -> impl IntoView {
    view! {
        <li>
            <span class="glyph">
                <Icon glyph=Glyph::Key/>
            </span>
            <div>
                <div class="line">
                    <b>{token.name}</b>
                </div>
                <p>
                    <code>{format!("{}…", token.hint)}</code>
                </p>
            </div>
            <Badge status=token.status/>
        </li>
    }
}

/// Those that they have made go with them, unless somebody says otherwise.
#[component]
fn Descendants(kind: Kind, made: usize) -> impl IntoView {
    if made == 0 {
        return view! { <input type="hidden" name="descendants" value="revoke"/> }.into_any();
    }
    // A token makes tokens and keys.
    let label = match (kind, made) {
        (_, 1) => "Also revoke the one that they have made".to_owned(),
        (_, many) => format!("Also revoke the {many} that they have made"),
    };
    view! {
        <label class="check">
            <input type="checkbox" name="descendants" value="revoke" checked/>
            " "
            <span>{label}</span>
        </label>
    }
    .into_any()
}

#[component]
fn Report(behind: Behind, report: ReportView) -> impl IntoView {
    let kind = behind.kind;
    let revoked = report.asked.iter().filter(|(_, ending)| *ending == Ending::Revoked).count();
    let title = match revoked {
        0 => "Nothing was revoked".to_owned(),
        some => format!("{} revoked", count(some as u64, kind.noun())),
    };
    let with_them = (report.descendants > 0).then(|| {
        let many = report.descendants;
        let text =
            if many == 1 { "1 more that they had made".to_owned() } else { format!("{many} more that they had made") };
        view! { <p>{format!("With them ended {text}.")}</p> }
    });
    let items = report
        .asked
        .into_iter()
        .map(|(name, ending)| {
            let (glyph, words) = match ending {
                Ending::Revoked => (Glyph::Check, "Revoked"),
                Ending::EndedBefore => (Glyph::Ban, "Had ended before"),
                Ending::NotFound => (Glyph::X, "Not found"),
            };
            view! {
                <li>
                    <span class="glyph">
                        <Icon glyph=glyph/>
                    </span>
                    <div>
                        <div class="line">
                            <b>{name}</b>
                        </div>
                        <p>{words}</p>
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <section>
            <header>
                <div>
                    <h2 id="several-title">{title}</h2>
                    {with_them}
                </div>
            </header>
            <div class="body">
                <ul class="panel list" role="list" aria-label="What became of each">
                    {items}
                </ul>
            </div>
            <footer>
                <a class="btn primary" href=behind.href() autofocus on:click=|_| close()>
                    "Done"
                </a>
            </footer>
        </section>
    }
}
