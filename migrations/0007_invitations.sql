-- Invitations to a workspace: a link each, of which the digest of its code is kept. Until the person who invited has
-- seen the link, the sealed code waits for their browser session; showing it empties the slot.
CREATE TABLE invitations (
    id                TEXT PRIMARY KEY,
    workspace_id      TEXT NOT NULL REFERENCES workspaces (id),
    email             TEXT NOT NULL,
    email_folded      TEXT NOT NULL,
    role              TEXT NOT NULL,
    code_digest       TEXT NOT NULL UNIQUE,
    invited_by_kind   TEXT NOT NULL,
    invited_by_id     TEXT,
    invited_by_name   TEXT NOT NULL,
    created_at        BIGINT NOT NULL,
    expires_at        BIGINT NOT NULL,
    accepted_at       BIGINT,
    revoked_at        BIGINT,
    reveal_session_id TEXT REFERENCES sessions (id),
    sealed_code       TEXT
);

-- One at a time for an address: a new one takes the place of the one before.
CREATE UNIQUE INDEX invitations_waiting ON invitations (workspace_id, email_folded)
    WHERE accepted_at IS NULL AND revoked_at IS NULL;
