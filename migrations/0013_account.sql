-- What a person was told of when they signed in ends here: what happens after it is told at the next sign-in.
ALTER TABLE users ADD COLUMN notices_seen_at BIGINT NOT NULL DEFAULT 0;

-- Links by which somebody chooses a new password who has forgotten theirs: of the code only the digest is kept. Until
-- the owner who made the link has seen it, the sealed code waits for their browser session; showing it empties the slot.
CREATE TABLE password_resets (
    id                TEXT PRIMARY KEY,
    user_id           TEXT NOT NULL REFERENCES users (id),
    workspace_id      TEXT NOT NULL REFERENCES workspaces (id),
    code_digest       TEXT NOT NULL UNIQUE,
    created_at        BIGINT NOT NULL,
    expires_at        BIGINT NOT NULL,
    used_at           BIGINT,
    reveal_session_id TEXT REFERENCES sessions (id),
    sealed_code       TEXT
);

-- One at a time for a person: a new one takes the place of the one before.
CREATE UNIQUE INDEX password_resets_open ON password_resets (user_id) WHERE used_at IS NULL;

-- Events of an account are in no workspace; the account is what they were done to.
CREATE INDEX events_of_account ON events (target_id, id) WHERE workspace_id IS NULL;
