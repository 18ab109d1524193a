-- A command line that is signed in is a session like a browser's. It has a name for its device; its secret, `lku_…`, is
-- never replaced, and `refresh_digest` is the digest of it. `pending_seed` is the sealed seed of a second factor that is
-- being set up from there; like one that waits in a browser it is not sealed again when the master key is replaced, and
-- whoever was setting it up begins anew.
ALTER TABLE sessions ADD COLUMN device_name TEXT;
ALTER TABLE sessions ADD COLUMN pending_seed TEXT;

CREATE UNIQUE INDEX sessions_of_command_lines ON sessions (refresh_digest) WHERE device_name IS NOT NULL;

-- Command lines that wait for somebody to approve them in a browser (RFC 8628): the digest of the device code, and the
-- keyed digest of the short code that is typed. With approval there is a session, whose secret is given out once.
CREATE TABLE device_logins (
    device_digest    TEXT PRIMARY KEY,
    user_digest      TEXT NOT NULL UNIQUE,
    host_name        TEXT NOT NULL,
    ip               TEXT,
    user_agent       TEXT,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    polled_at        BIGINT,
    interval_seconds BIGINT NOT NULL,
    session_id       TEXT REFERENCES sessions (id),
    denied_at        BIGINT,
    claimed_at       BIGINT
);

CREATE INDEX device_logins_by_expiry ON device_logins (expires_at);
