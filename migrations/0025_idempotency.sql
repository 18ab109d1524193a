-- Creates that a caller has named with a key (the header Idempotency-Key), so that each is carried out once: who calls, a
-- keyed digest of the request, and what it made. Forgotten after a day.
CREATE TABLE idempotency_keys (
    caller         TEXT NOT NULL,
    key            TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    made_id        TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (caller, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
