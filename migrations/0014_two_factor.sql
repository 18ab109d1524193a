-- The second factor of those who have one: the seed that their app shares with us, sealed, and the newest step (thirty
-- seconds, counted from 1970) of which a code was used. No code of that step or of an older one is good any more.
CREATE TABLE two_factor (
    user_id     TEXT PRIMARY KEY REFERENCES users (id),
    sealed_seed TEXT NOT NULL,
    enabled_at  BIGINT NOT NULL,
    last_step   BIGINT NOT NULL
);

-- Their backup codes: of each a hash that is keyed with the seed.
CREATE TABLE backup_codes (
    user_id   TEXT NOT NULL REFERENCES users (id),
    code_hash TEXT NOT NULL,
    used_at   BIGINT,
    PRIMARY KEY (user_id, code_hash)
);

-- New codes, sealed, until the browser session that made them has seen them. Reading deletes.
CREATE TABLE backup_code_slots (
    user_id      TEXT PRIMARY KEY REFERENCES users (id),
    session_id   TEXT NOT NULL REFERENCES sessions (id),
    sealed_codes TEXT NOT NULL,
    expires_at   BIGINT NOT NULL
);

CREATE INDEX backup_code_slots_by_expiry ON backup_code_slots (expires_at);

-- Since when a workspace lets nobody in who has no second factor.
ALTER TABLE workspaces ADD COLUMN two_factor_required_at BIGINT;

-- What the keys of sessions and of counts are made from, sealed: they outlive the master key, so that replacing that one
-- signs nobody out.
ALTER TABLE instance ADD COLUMN sealed_root TEXT;
