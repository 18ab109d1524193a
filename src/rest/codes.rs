//! The stable codes of problems, in one list: what the API may answer, and what the documentation says of it.

/// A code, and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// The word.
    pub code: &'static str,
    /// The HTTP status with which it comes.
    pub status: u16,
    /// What it means, and what to do.
    pub meaning: &'static str,
}

macro_rules! codes {
    ($($code:literal $status:literal $meaning:literal)*) => {
        /// All of them, by status.
        pub const CODES: &[Code] = &[$(Code { code: $code, status: $status, meaning: $meaning }),*];
    };
}

codes! {
    "malformed_request" 400 "The request cannot be read: no JSON, no form, or a parameter is missing. Correct it."
    "missing_credentials" 401 "No secret was sent. Send it in the header Authorization, once."
    "invalid_token" 401 "The secret is not good: unknown, revoked, expired, switched off, or its passphrase is missing or wrong. Which it was stands on the page of the token or key."
    "insufficient_scope" 403 "The token or key is good, but has no scope that opens this. WWW-Authenticate names those that do."
    "insufficient_level" 403 "This is of the whole workspace, and the token or key is of one project."
    "insufficient_role" 403 "Your role in the workspace does not allow it."
    "needs_person" 403 "Only people may do this, in the browser or signed in with latchkey login."
    "not_for_this" 403 "A proxy asks for another workspace, project or kind."
    "reauthentication_required" 403 "The sign-in is older than 30 minutes. Run latchkey login, then repeat it."
    "two_factor_required" 403 "The workspace requires two-factor, and your account has none."
    "not_found" 404 "It does not exist, or is not visible to you; the two are not told apart."
    "method_not_allowed" 405 "The path is right and the method is not; Allow says which are."
    "already_member" 409 "This person is in the workspace already."
    "device_over" 409 "The command line that was to be approved waits no more. Start the sign-in there again."
    "ended" 409 "It is revoked or expired and cannot come back. Create one like it."
    "enrolment_over" 409 "Setting two-factor up took too long. Begin again."
    "in_another_workspace" 409 "This person is in another workspace too, so no single owner may reset their password."
    "invitation_over" 409 "The invitation was used or taken back, or its time is over."
    "last_owner" 409 "A workspace always keeps one owner. Make somebody else an owner first."
    "other_address" 409 "The invitation is for another address."
    "own_account" 409 "Change your own password in your account."
    "own_two_factor_first" 409 "Turn on two-factor for your own account before you require it of others."
    "plan_limit_reached" 409 "The plan allows no more tokens or keys at once. Revoke one, or choose another plan."
    "reset_over" 409 "The link to reset a password was used or replaced, or its time is over."
    "two_factor_off" 409 "Two-factor is off for this account."
    "two_factor_on" 409 "Two-factor is on already."
    "changed" 412 "Somebody has changed it since you read it. Read it again, then repeat your change."
    "body_too_large" 413 "The body has more than 64 KiB."
    "unsupported_media_type" 415 "Send the body as application/json."
    "validation_failed" 422 "Members or parameters break rules; errors lists all of them, each with field, code and message."
    "too_many_attempts" 429 "Too much was tried. Retry-After says when the next may come."
    "unavailable" 503 "The server cannot answer now, and nothing was changed. Try again in a moment."
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_stands_once_in_the_list_and_in_order() {
        let words: BTreeSet<_> = CODES.iter().map(|code| code.code).collect();
        assert_eq!(words.len(), CODES.len());
        assert!(CODES.is_sorted_by_key(|code| code.status));
    }
}
