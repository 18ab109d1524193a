//! The second factor: setting it up, signing in with it, its backup codes, turning it off.

use latchkey::{
    auth::totp::Seed,
    domain::{plan::Plan, role::Role},
};
use reqwest::Method;
use serde_json::Value;
use time::Duration;
use tokio::task::JoinSet;

use crate::support::{Answer, Browser, PASSWORD, Server, seed};

const OWNER: &str = "owner@northwind.example";
const NEW: &str = "a new brass key for the old latch";
const STEP: Duration = Duration::seconds(30);

async fn start() -> Server {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Team).await;
    server
}

/// A browser in which the password was typed.
async fn half(server: &Server, email: &str) -> Browser {
    let mut browser = server.browser();
    let answer = browser.sign_in(email, PASSWORD).await;
    assert_eq!((answer.status, answer.header("location")), (302, "/sign-in/code"), "{}", answer.body);
    browser
}

async fn give_code(browser: &mut Browser, code: &str) -> Answer {
    browser.ask("sign_in_with_code", &[("code", code)]).await
}

async fn give_backup(browser: &mut Browser, code: &str) -> Answer {
    browser.ask("sign_in_with_backup_code", &[("backup", code)]).await
}

/// The one broken rule, as `field code`.
#[track_caller]
fn refused(answer: &Answer) -> String {
    assert_eq!(answer.status, 422, "{}", answer.body);
    let told = &answer.json()["Invalid"][0];
    format!("{} {}", told["field"].as_str().unwrap(), told["code"].as_str().unwrap())
}

/// What happened to the account, newest first.
async fn happened(browser: &mut Browser) -> Vec<String> {
    let answer = browser.ask("list_own_activity", &[]).await.json();
    let events = answer["events"].as_array().unwrap();
    events.iter().map(|event| event["happened"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_owner_sets_it_up_with_one_key_through_reloads_and_wrong_codes_and_never_sees_it_again() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let page = owner.get("/account/two-factor").await;
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    let key = owner.setup_key().await;
    let bare = key.replace(' ', "");
    assert_eq!((key.len(), bare.len()), (39, 32));
    for part in ["role=\"img\"", "autocomplete=\"one-time-code\"", "inputmode=\"numeric\"", &key] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let link = format!("otpauth://totp/Latchkey:{OWNER}?secret={bare}&amp;issuer=Latchkey");
    assert!(page.body.contains(&link), "{}", page.body);
    for (code, code_of_rule) in [("", "required"), ("12345", "malformed"), ("000 000", "wrong")] {
        let answer = owner.ask("turn_on_two_factor", &[("code", code)]).await;
        assert_eq!(refused(&answer), format!("code {code_of_rule}"), "{code}");
        assert!(owner.get("/account/two-factor").await.body.contains(&key), "the same key after {code:?}");
    }
    // Until it is confirmed, nothing asks for it, and nobody else has this key.
    let mut other = server.signed_in(OWNER).await;
    assert!(!other.get("/account/two-factor").await.body.contains(&key), "it belongs to one session");

    let code = Seed::new(seed(&bare)).code_at(server.now());
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let on = owner.post("/fn/turn_on_two_factor", &[("code", &spaced), ("others", "end")]).await;
    assert_eq!((on.status, on.header("location")), (302, "/account/two-factor/codes"), "{}", on.body);
    assert_eq!(other.viewer().await, None, "the other session has ended");
    for page in ["/account/two-factor", "/account/two-factor/codes", "/account/two-factor"] {
        let shown = owner.get(page).await;
        assert!(shown.status == 200 && !shown.body.contains(&key) && !shown.body.contains(&bare), "{page}");
    }
    let page = owner.get("/account/two-factor").await.body;
    assert!(page.contains("10 of 10 left") && page.contains("Turn off two-factor"), "{page}");
    let again = owner.ask("turn_on_two_factor", &[("code", &code)]).await;
    assert_eq!(again.status, 409, "{}", again.body);
}

#[tokio::test]
async fn an_owner_sees_the_backup_codes_once_in_the_browser_that_made_them() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let key = owner.setup_key().await;
    let code = Seed::new(seed(&key)).code_at(server.now());
    owner.ask("turn_on_two_factor", &[("code", &code)]).await;
    let ahead = owner.request(Method::GET, "/account/two-factor/codes").header("sec-purpose", "prefetch");
    for ahead in [ahead, owner.request(Method::HEAD, "/account/two-factor/codes")] {
        assert_eq!(owner.send(ahead).await.status, 302, "whoever only looks ahead is shown none");
    }
    let codes = |page: &str| {
        let list = page.split("id=\"codes\"").nth(1).unwrap_or_default().split("</ol>").next().unwrap().to_owned();
        let codes = list.split("<li>").skip(1).map(|item| item.split(['<', '\n']).next().unwrap().to_owned());
        codes.collect::<Vec<_>>()
    };
    let page = owner.get("/account/two-factor/codes").await.body;
    let shown = codes(&page);
    assert_eq!(shown.len(), 10, "{page}");
    for code in &shown {
        let groups: Vec<_> = code.split('-').collect();
        assert!(groups.len() == 4 && groups.iter().all(|group| group.len() == 4), "{code}");
    }
    let again = owner.get("/account/two-factor/codes").await.body;
    assert!(again.contains("Already shown") && !again.contains(&shown[0]), "{again}");

    // Neither the codes nor the key lie in a file as they are.
    server.advance(STEP);
    let bare = key.replace(' ', "");
    let flat = shown[0].replace('-', "");
    for file in server.files() {
        let bytes = std::fs::read(&file).unwrap();
        let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        let raw = bytes.windows(20).any(|window| window == seed(&bare));
        assert!(!raw && ![key.as_str(), &bare, &shown[0], &flat].iter().any(|text| has(text)), "{}", file.display());
    }
}

#[tokio::test]
async fn a_person_signs_in_with_each_code_once() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let factor = server.enrol(&mut owner).await;
    owner.post("/fn/sign_out", &[]).await;

    let mut browser = half(&server, OWNER).await;
    let page = browser.get("/sign-in/code").await.body;
    assert!(page.contains("Enter your code") && page.contains(OWNER) && page.contains("Use a backup code"), "{page}");
    assert_eq!(browser.viewer().await, None);
    let code = factor.code(&server);
    let form = [("code", code.as_str()), ("next", "/w/northwind/members")];
    let entered = browser.post("/fn/sign_in_with_code", &form).await;
    assert_eq!((entered.status, entered.header("location")), (302, "/sign-in?fresh=1&next=%2Fw%2Fnorthwind%2Fmembers"));
    assert_eq!(browser.viewer().await.as_deref(), Some(OWNER));
    assert_eq!(browser.get("/sign-in/code?next=/account/sessions").await.header("location"), "/account/sessions");

    let mut second = half(&server, OWNER).await;
    assert_eq!(refused(&give_code(&mut second, &code).await), "code used");
    let plain = second.post("/fn/sign_in_with_code", &[("code", &code)]).await;
    assert_eq!((plain.status, plain.header("location")), (302, "/sign-in/code"));
    let page = second.get("/sign-in/code").await.body;
    assert!(page.contains("That code was used already.") && !page.contains(&code), "{page}");
    assert_eq!(refused(&give_code(&mut second, "000000").await), "code wrong");
    assert_eq!(second.viewer().await, None);
    server.advance(STEP);
    assert_eq!(give_code(&mut second, &factor.code(&server)).await.status, 200);
    assert_eq!(second.viewer().await.as_deref(), Some(OWNER));
}

#[tokio::test]
async fn a_code_is_good_for_one_step_on_either_side_and_a_clock_set_back_revives_none() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let factor = server.enrol(&mut owner).await;
    // So far apart that no code is older than one that was used.
    for (seconds, good) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
        server.advance(Duration::minutes(5));
        let code = factor.at(server.now().plus(Duration::seconds(seconds)));
        let mut browser = half(&server, OWNER).await;
        let answer = give_code(&mut browser, &code).await;
        assert_eq!(answer.status, if good { 200 } else { 422 }, "{seconds}: {}", answer.body);
        assert_eq!(browser.viewer().await.is_some(), good, "{seconds}");
    }
    server.advance(Duration::minutes(5));
    let used = server.now();
    assert_eq!(give_code(&mut half(&server, OWNER).await, &factor.at(used)).await.status, 200);
    for back in [-30, -60] {
        server.advance(Duration::seconds(back));
        let mut browser = half(&server, OWNER).await;
        for seconds in [-30, 0, 30] {
            let code = factor.at(server.now().plus(Duration::seconds(seconds)));
            let answer = give_code(&mut browser, &code).await;
            assert_eq!(refused(&answer), "code used", "{back} {seconds}");
        }
    }
}

#[tokio::test]
async fn a_person_who_lost_the_phone_signs_in_with_each_backup_code_once() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let factor = server.enrol(&mut owner).await;
    for (used, code) in factor.backup.iter().enumerate().take(7) {
        let mut browser = half(&server, OWNER).await;
        let typed = if used == 0 { code.to_lowercase().replace('-', " ") } else { code.clone() };
        let answer = give_backup(&mut browser, &typed).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(browser.viewer().await.as_deref(), Some(OWNER));
        let mut again = half(&server, OWNER).await;
        assert_eq!(refused(&give_backup(&mut again, code).await), "backup wrong");
        assert_eq!(again.viewer().await, None);
        let page = browser.get("/account/two-factor").await.body;
        assert!(page.contains(&format!("{} of 10 left", 9 - used)), "{page}");
        assert_eq!(page.contains("3 backup codes are left"), used == 6);
    }
    let mut browser = half(&server, OWNER).await;
    for wrong in ["", "123456", "XXXX"] {
        let answer = give_backup(&mut browser, wrong).await;
        assert!(["backup required", "backup malformed"].contains(&refused(&answer).as_str()), "{wrong}");
    }
    let log = happened(&mut owner).await;
    assert_eq!(log.iter().filter(|happened| *happened == "session.backup_code_used").count(), 7);
    assert_eq!(log.iter().filter(|happened| *happened == "session.code_refused").count(), 7);
}

async fn of_fifty_at_once(known: &Browser, function: &'static str, field: &'static str, code: &str) {
    let mut uses = JoinSet::new();
    let mut one = known.clone();
    assert_eq!(one.sign_in(OWNER, PASSWORD).await.header("location"), "/sign-in/code");
    for _ in 0..50 {
        let (mut browser, code) = (one.clone(), code.to_owned());
        uses.spawn(async move { (browser.ask(function, &[(field, &code)]).await.status, browser.viewer().await) });
    }
    let ends = uses.join_all().await;
    let entered = ends.iter().filter(|(status, who)| *status == 200 && who.is_some()).count();
    let kept_out = ends.iter().filter(|(status, who)| [422, 429].contains(status) && who.is_none()).count();
    assert_eq!((entered, kept_out), (1, 49), "{ends:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_and_a_backup_code_let_in_one_of_fifty_at_once() {
    for server in [Server::start().await, Server::start_on_postgresql().await] {
        server.workspace("Northwind", Plan::Free).await;
        let mut owner = server.signed_in(OWNER).await;
        let factor = server.enrol(&mut owner).await;
        owner.post("/fn/sign_out", &[]).await;
        of_fifty_at_once(&owner, "sign_in_with_code", "code", &factor.code(&server)).await;
        // Those who were too late were wrong; the wait that they began passes.
        server.advance(Duration::days(2));
        of_fifty_at_once(&owner, "sign_in_with_backup_code", "backup", &factor.backup[0]).await;
    }
}

#[tokio::test]
async fn a_half_finished_sign_in_ends_with_its_time_its_password_and_its_second_factor() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let factor = server.enrol(&mut owner).await;
    let over = async |browser: &mut Browser, why: &str| {
        let answer = give_code(browser, &factor.code(&server)).await;
        assert_eq!((answer.status, answer.body.as_str()), (401, "\"SignedOut\""), "{why}");
        let page = browser.get("/sign-in/code?next=/account/sessions").await;
        assert_eq!(page.header("location"), "/sign-in?next=%2Faccount%2Fsessions", "{why}");
    };
    over(&mut server.browser(), "it never began").await;
    let mut late = half(&server, OWNER).await;
    server.advance(Duration::minutes(10));
    over(&mut late, "ten minutes have passed").await;

    let mut elsewhere = half(&server, OWNER).await;
    let changed = owner.ask("change_password", &[("password", PASSWORD), ("new_password", NEW)]).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    over(&mut elsewhere, "the password is another one").await;
    owner.ask("change_password", &[("password", NEW), ("new_password", PASSWORD)]).await;

    let mut lost = half(&server, OWNER).await;
    server.service.turn_off_two_factor_as_operator(OWNER).await.unwrap();
    over(&mut lost, "there is no second factor any more").await;
    assert!(server.signed_in(OWNER).await.viewer().await.is_some(), "the password alone does again");
    for wrong in [OWNER, "nobody@northwind.example", "nonsense"] {
        assert!(server.service.turn_off_two_factor_as_operator(wrong).await.is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn a_sign_in_that_waits_does_not_stay_under_a_name_that_somebody_planted() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let factor = server.enrol(&mut owner).await;
    // A stranger knows the name of the state of this browser: they have put it there.
    let mut victim = server.browser();
    victim.sign_in(OWNER, "not the right password").await;
    let planted = victim.clone();
    let answer = victim.sign_in(OWNER, PASSWORD).await;
    assert_eq!(answer.header("location"), "/sign-in/code");
    assert_ne!(victim.cookie("state"), planted.cookie("state"));
    let mut stranger = planted;
    assert_eq!(give_code(&mut stranger, &factor.code(&server)).await.status, 401);
    assert_eq!(give_code(&mut victim, &factor.code(&server)).await.status, 200);
}

#[tokio::test]
async fn failures_of_passwords_codes_and_backup_codes_are_counted_together() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let factor = server.enrol(&mut owner).await;
    let mut stranger = half(&server, OWNER).await;
    let wrong = factor.at(server.now().plus(Duration::HOUR));
    for round in 0..3 {
        assert_eq!(refused(&give_code(&mut stranger, &wrong).await), "code wrong", "{round}");
        assert_eq!(refused(&give_backup(&mut stranger, "0000-0000-0000-0000").await), "backup wrong", "{round}");
        let password = [("email", OWNER), ("password", "not the right password")];
        assert_eq!(refused(&server.browser().ask("sign_in", &password).await), "password wrong", "{round}");
        // The right password alone does not end the count.
        half(&server, OWNER).await;
    }
    assert_eq!(refused(&give_code(&mut stranger, &wrong).await), "code wrong");
    let right = factor.code(&server);
    for answer in [
        give_code(&mut stranger, &right).await,
        give_backup(&mut stranger, &factor.backup[0]).await,
        server.browser().ask("sign_in", &[("email", OWNER), ("password", PASSWORD)]).await,
    ] {
        assert_eq!((answer.status, answer.header("retry-after")), (429, "60"), "{}", answer.body);
    }
    let plain = stranger.post("/fn/sign_in_with_code", &[("code", &right)]).await;
    assert_eq!(plain.header("location"), "/sign-in/code");
    let page = stranger.get("/sign-in/code").await;
    assert!(page.status == 429 && page.body.contains("Too many attempts. Wait 1 minute"), "{}", page.body);
    // What was not looked at was not used up.
    server.advance(Duration::MINUTE);
    let answer = give_backup(&mut stranger, &factor.backup[0]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_person_makes_new_backup_codes_with_a_code_of_the_app() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let factor = server.enrol(&mut owner).await;
    let by_backup = owner.ask("make_backup_codes", &[("code", &factor.backup[0])]).await;
    assert_eq!(refused(&by_backup), "code malformed");
    assert_eq!(refused(&owner.ask("make_backup_codes", &[("code", "000000")]).await), "code wrong");
    let made = owner.post("/fn/make_backup_codes", &[("code", &factor.code(&server))]).await;
    assert_eq!((made.status, made.header("location")), (302, "/account/two-factor/codes"), "{}", made.body);
    let new = owner.backup_codes().await;
    assert!(new.len() == 10 && new.iter().all(|code| !factor.backup.contains(code)));
    assert_eq!(refused(&give_backup(&mut half(&server, OWNER).await, &factor.backup[0]).await), "backup wrong");
    assert_eq!(give_backup(&mut half(&server, OWNER).await, &new[0]).await.status, 200);
    assert!(happened(&mut owner).await.contains(&"account.backup_codes_made".to_owned()));
}

#[tokio::test]
async fn a_person_turns_it_off_with_the_password_and_a_code_or_a_backup_code() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let factor = server.enrol(&mut owner).await;
    let off = async |browser: &mut Browser, password: &str, code: &str| {
        browser.ask("turn_off_two_factor", &[("password", password), ("code", code)]).await
    };
    let code = factor.code(&server);
    for (password, code, told) in [
        (PASSWORD, "", "code required"),
        (PASSWORD, "12345", "code malformed"),
        ("", code.as_str(), "password required"),
        ("not the right password", code.as_str(), "password wrong"),
        (PASSWORD, "000000", "code wrong"),
        (PASSWORD, "0000-0000-0000-0000", "code wrong"),
    ] {
        assert_eq!(refused(&off(&mut owner, password, code).await), told, "{password} {code}");
    }
    let done = owner.post("/fn/turn_off_two_factor", &[("password", PASSWORD), ("code", &code)]).await;
    assert_eq!((done.status, done.header("location")), (302, "/account/two-factor"), "{}", done.body);
    let page = owner.get("/account/two-factor").await.body;
    assert!(page.contains("Two-factor is off.") && page.contains("Set up two-factor"), "{page}");
    assert!(server.signed_in(OWNER).await.viewer().await.is_some());
    assert_eq!(off(&mut owner, PASSWORD, &factor.code(&server)).await.status, 409);

    let second = server.enrol(&mut owner).await;
    assert_ne!(second.seed, factor.seed, "a new key each time");
    assert_eq!(refused(&give_backup(&mut half(&server, OWNER).await, &factor.backup[0]).await), "backup wrong");
    assert_eq!(off(&mut owner, PASSWORD, &second.backup[0]).await.status, 200);
}

#[tokio::test]
async fn a_person_is_asked_for_the_password_again_before_it_goes_on_or_off_or_gets_new_codes() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let asked = async |browser: &mut Browser, function: &str, form: &[(&str, &str)]| {
        let answer = browser.ask(function, form).await;
        assert_eq!((answer.status, answer.body.as_str()), (403, "\"Stale\""), "{function}");
    };
    let seed = seed(&owner.setup_key().await);
    server.advance(Duration::minutes(30));
    let code = Seed::new(seed).code_at(server.now());
    asked(&mut owner, "turn_on_two_factor", &[("code", &code)]).await;
    let plain = owner.post("/fn/turn_on_two_factor", &[("code", &code), ("next", "/w/northwind")]).await;
    let back = "/confirm?next=%2Faccount%2Ftwo-factor%3Fnext%3D%252Fw%252Fnorthwind";
    assert_eq!(plain.header("location"), back);
    owner.ask("reauthenticate", &[("password", PASSWORD)]).await;
    let factor = server.enrol(&mut owner).await;
    assert_eq!(factor.seed, seed, "the key has waited");
    server.advance(Duration::minutes(30));
    let code = factor.code(&server);
    asked(&mut owner, "make_backup_codes", &[("code", &code)]).await;
    // With a second factor the password alone does not do.
    for (password, code, told) in [
        (PASSWORD, "", "code required"),
        (PASSWORD, "000000", "code wrong"),
        ("not the right password", code.as_str(), "password wrong"),
    ] {
        let answer = owner.ask("reauthenticate", &[("password", password), ("code", code)]).await;
        assert_eq!(refused(&answer), told);
    }
    assert!(owner.get("/confirm?next=/account/two-factor").await.body.contains("Code from the app, or a backup code"));
    let again = owner.ask("reauthenticate", &[("password", PASSWORD), ("code", &code)]).await;
    assert_eq!(again.status, 200, "{}", again.body);
    assert_eq!(refused(&owner.ask("make_backup_codes", &[("code", &code)]).await), "code used");
    server.advance(STEP);
    assert_eq!(owner.ask("make_backup_codes", &[("code", &factor.code(&server))]).await.status, 200);

    // Turning it off is to authenticate again.
    server.advance(Duration::minutes(30));
    let off = owner.ask("turn_off_two_factor", &[("password", PASSWORD), ("code", &factor.code(&server))]).await;
    assert_eq!(off.status, 200, "{}", off.body);
}

#[tokio::test]
async fn an_account_tells_all_of_it_and_a_workspace_only_that_it_went_on_or_off() {
    let server = start().await;
    let home = server.workspace("Elsewhere", Plan::Free).await;
    server.also(OWNER, &home, Role::Member).await;
    let mut owner = server.signed_in(OWNER).await;
    server.advance(Duration::MINUTE);
    let factor = server.enrol(&mut owner).await;
    owner.ask("make_backup_codes", &[("code", &factor.code(&server))]).await;
    give_backup(&mut half(&server, OWNER).await, &factor.backup[1]).await;
    let codes = owner.backup_codes().await;
    let mut third = half(&server, OWNER).await;
    assert_eq!(give_backup(&mut third, &codes[0]).await.status, 200);
    owner.ask("turn_off_two_factor", &[("password", PASSWORD), ("code", &codes[1])]).await;
    let own = happened(&mut owner).await;
    for event in [
        "account.two_factor_on",
        "account.backup_codes_made",
        "session.code_refused",
        "session.backup_code_used",
        "account.two_factor_off",
    ] {
        assert!(own.iter().any(|happened| happened == event), "{event}: {own:?}");
    }
    let mut other = server.signed_in("owner@elsewhere.example").await;
    let log = other.ask("list_activity", &[("workspace", "elsewhere")]).await.json();
    let events: Vec<_> =
        log["events"].as_array().unwrap().iter().filter(|event| event["actor"]["name"] == OWNER).collect();
    let told = |event: &&Value| (event["happened"].clone(), event["ip"].clone(), event["detail"].clone());
    let told: Vec<_> = events.iter().map(told).collect();
    let only = |happened: &str| (happened.into(), Value::Null, Value::Null);
    assert_eq!(told, [only("member.two_factor_off"), only("member.two_factor_on")], "an owner sees no more: {log}");

    server.advance(Duration::MINUTE);
    let page = server.signed_in(OWNER).await.get("/account/profile").await.body;
    for notice in
        ["Two-factor turned on", "New backup codes made", "Signed in with a backup code", "Two-factor turned off"]
    {
        assert!(page.contains(notice), "{notice}: {page}");
    }
}
