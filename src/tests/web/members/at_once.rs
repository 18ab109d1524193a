//! What holds when many ask at once, on both engines.

use latchkey::domain::{plan::Plan, role::Role};
use tokio::task::JoinSet;

use super::{id, invite, members};
use crate::support::{PASSWORD, Server};

async fn twenty_owners_go(server: Server) {
    let home = server.workspace("Northwind", Plan::Free).await;
    let mut making = JoinSet::new();
    let mut owners = vec![server.signed_in("owner@northwind.example").await];
    for number in 1..20 {
        server.person(&format!("owner{number}@northwind.example"), &home, Role::Owner).await;
        let mut browser = server.browser();
        making.spawn(async move {
            browser.sign_in(&format!("owner{number}@northwind.example"), PASSWORD).await;
            browser
        });
    }
    owners.extend(making.join_all().await);

    let mut going = JoinSet::new();
    for (number, mut owner) in owners.into_iter().enumerate() {
        let email = owner.viewer().await.unwrap();
        let own = id(&mut owner, &email).await;
        going.spawn(async move {
            let answer = match number % 3 {
                0 => owner.ask("leave_workspace", &[("workspace", "northwind")]).await,
                1 => owner.ask("remove_member", &[("workspace", "northwind"), ("user", &own)]).await,
                _ => {
                    let form = [("workspace", "northwind"), ("user", own.as_str()), ("role", "admin")];
                    owner.ask("change_role", &form).await
                }
            };
            (answer.status, answer.body, owner)
        });
    }
    let answers = going.join_all().await;
    let refused: Vec<_> = answers.iter().filter(|(status, ..)| *status != 200).collect();
    assert_eq!(refused.len(), 1, "{:?}", refused.iter().map(|(status, body, _)| (status, body)).collect::<Vec<_>>());
    let (status, body, stays) = refused[0];
    assert!(*status == 409 && body.contains("A workspace always keeps one owner."), "{body}");
    let left = members(&mut stays.clone()).await;
    let owners: Vec<_> = left.iter().filter(|member| member["role"] == "owner").collect();
    assert!(owners.len() == 1 && owners[0]["is_viewer"] == true, "{left:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_owners_who_go_at_once_one_stays_on_sqlite() {
    twenty_owners_go(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_owners_who_go_at_once_one_stays_on_postgresql() {
    twenty_owners_go(Server::start_on_postgresql().await).await;
}

async fn one_account_accepts_twenty_times(server: Server) {
    server.workspace("Northwind", Plan::Free).await;
    server.workspace("Elsewhere", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let code = invite(&mut owner, "owner@elsewhere.example", "member").await;
    let eve = server.signed_in("owner@elsewhere.example").await;
    let mut accepting = JoinSet::new();
    for _ in 0..20 {
        let (mut tab, code) = (eve.clone(), code.clone());
        accepting.spawn(async move { tab.ask("accept_invitation", &[("code", &code)]).await.status });
    }
    assert!(accepting.join_all().await.iter().all(|status| *status == 200), "every tab leads in");
    assert_eq!(members(&mut owner).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_person_who_accepts_in_twenty_tabs_joins_once_on_sqlite() {
    one_account_accepts_twenty_times(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_person_who_accepts_in_twenty_tabs_joins_once_on_postgresql() {
    one_account_accepts_twenty_times(Server::start_on_postgresql().await).await;
}

async fn twenty_newcomers_accept(server: Server) {
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let code = invite(&mut owner, "sam@northwind.example", "member").await;
    let mut accepting = JoinSet::new();
    for number in 0..20 {
        let (mut browser, code) = (server.browser(), code.clone());
        accepting.spawn(async move {
            let password = format!("a fine password, number {number}");
            let answer = browser.ask("accept_as_newcomer", &[("code", &code), ("password", &password)]).await;
            assert!(matches!(answer.status, 200 | 409), "{}", answer.body);
            (answer.status == 200, browser.viewer().await.is_some())
        });
    }
    let answers = accepting.join_all().await;
    assert_eq!(answers.iter().filter(|answer| **answer == (true, true)).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| **answer == (false, false)).count(), 19, "{answers:?}");
    assert_eq!(members(&mut owner).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_newcomers_with_one_link_one_joins_on_sqlite() {
    twenty_newcomers_accept(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_newcomers_with_one_link_one_joins_on_postgresql() {
    twenty_newcomers_accept(Server::start_on_postgresql().await).await;
}
