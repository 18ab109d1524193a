-- The portable subset of SQLite and PostgreSQL: TEXT and BIGINT only. Times are microseconds since 1970, UTC;
-- "is it so?" is a nullable time; digests are hexadecimal text; scopes are words with spaces between.

-- One row: this installation.
CREATE TABLE instance (
    id                     TEXT PRIMARY KEY CHECK (id = 'this'),
    master_key_fingerprint TEXT NOT NULL,
    created_at             BIGINT NOT NULL,
    setup_digest           TEXT,
    set_up_at              BIGINT
);

-- Keys that sign the JWTs of browser sessions; the newest signs.
CREATE TABLE signing_keys (
    id          TEXT PRIMARY KEY,
    sealed_seed TEXT NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    email         TEXT NOT NULL,
    email_folded  TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at    BIGINT NOT NULL
);

-- `version` is what limits and last-owner checks write to hold the row.
CREATE TABLE workspaces (
    id         TEXT PRIMARY KEY,
    slug       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    plan       TEXT NOT NULL,
    catalog    TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE memberships (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    user_id      TEXT NOT NULL REFERENCES users (id),
    role         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);

CREATE INDEX memberships_of_user ON memberships (user_id);

-- A signed-in browser. `generation` counts how often the refresh token was replaced; `seen_generation` is the
-- newest one that came back, as a refresh token or as a JWT.
CREATE TABLE sessions (
    id               TEXT PRIMARY KEY,
    user_id          TEXT NOT NULL REFERENCES users (id),
    created_at       BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    last_seen_at     BIGINT NOT NULL,
    idle_expires_at  BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    refresh_digest   TEXT NOT NULL,
    previous_digest  TEXT,
    rotated_at       BIGINT NOT NULL,
    generation       BIGINT NOT NULL DEFAULT 0,
    seen_generation  BIGINT NOT NULL DEFAULT -1,
    ip               TEXT,
    user_agent       TEXT,
    ended_at         BIGINT,
    end_reason       TEXT
);

CREATE INDEX sessions_of_user ON sessions (user_id);

-- Access tokens and API keys. `form_key` makes one credential of a form that is sent twice.
CREATE TABLE credentials (
    id              TEXT PRIMARY KEY,
    workspace_id    TEXT NOT NULL REFERENCES workspaces (id),
    kind            TEXT NOT NULL,
    name            TEXT NOT NULL,
    description     TEXT NOT NULL,
    hint            TEXT NOT NULL,
    secret_digest   TEXT NOT NULL UNIQUE,
    passphrase_hash TEXT,
    scopes          TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    created_by_kind TEXT NOT NULL,
    created_by_id   TEXT,
    responsible_id  TEXT NOT NULL REFERENCES users (id),
    parent_id       TEXT REFERENCES credentials (id),
    expires_at      BIGINT,
    revoked_at      BIGINT,
    last_used_at    BIGINT,
    last_used_ip    TEXT,
    last_used_agent TEXT,
    use_count       BIGINT NOT NULL DEFAULT 0,
    form_key        TEXT,
    UNIQUE (workspace_id, form_key)
);

CREATE INDEX credentials_of_workspace ON credentials (workspace_id, kind, id);
CREATE INDEX credentials_live ON credentials (workspace_id, kind, expires_at) WHERE revoked_at IS NULL;
CREATE INDEX credentials_of_parent ON credentials (parent_id) WHERE parent_id IS NOT NULL;

-- The one-time reveal: a sealed secret, for the browser session that asked for it. Reading deletes.
CREATE TABLE reveals (
    credential_id TEXT PRIMARY KEY REFERENCES credentials (id),
    session_id    TEXT NOT NULL REFERENCES sessions (id),
    sealed        TEXT NOT NULL,
    expires_at    BIGINT NOT NULL
);

CREATE INDEX reveals_by_expiry ON reveals (expires_at);

-- The activity log, append-only. What a browser did to a workspace has the workspace; account events have none.
CREATE TABLE events (
    id           TEXT PRIMARY KEY,
    at           BIGINT NOT NULL,
    workspace_id TEXT REFERENCES workspaces (id),
    actor_kind   TEXT NOT NULL,
    actor_id     TEXT,
    via          TEXT NOT NULL,
    ip           TEXT,
    happened     TEXT NOT NULL,
    target_id    TEXT,
    target_name  TEXT
);

CREATE INDEX events_of_workspace ON events (workspace_id, id);
CREATE INDEX events_of_actor ON events (actor_id, id);

-- What tower-sessions keeps around sign-in and refused forms.
CREATE TABLE browser_state (
    id         TEXT PRIMARY KEY,
    data       TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX browser_state_by_expiry ON browser_state (expires_at);
