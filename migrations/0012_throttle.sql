-- How often somebody was wrong about an account, in one place for all ways of signing in. The account is the keyed
-- digest of an address, whether there is such an account or not. The device is that of a browser that has signed in
-- before; '' stands for all others together.
CREATE TABLE lockouts (
    account      TEXT NOT NULL,
    device       TEXT NOT NULL,
    failures     BIGINT NOT NULL,
    waits_until  BIGINT,
    forgotten_at BIGINT NOT NULL,
    PRIMARY KEY (account, device)
);

CREATE INDEX lockouts_by_end ON lockouts (forgotten_at);

-- The browsers that have signed in to an account fully: keyed digests of both.
CREATE TABLE devices (
    account      TEXT NOT NULL,
    device       TEXT NOT NULL,
    signed_in_at BIGINT NOT NULL,
    PRIMARY KEY (account, device)
);

CREATE INDEX devices_by_age ON devices (signed_in_at);
