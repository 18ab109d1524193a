-- How tokens and keys are used: a count for each day (UTC), and the last calls and refusals. Calls of one minute that
-- are alike share a line, which is named by a digest of what they share. What was let in has an empty `reason`.

CREATE TABLE use_days (
    credential_id TEXT NOT NULL REFERENCES credentials (id),
    workspace_id  TEXT NOT NULL REFERENCES workspaces (id),
    day           BIGINT NOT NULL,
    calls         BIGINT NOT NULL,
    PRIMARY KEY (credential_id, day)
);

CREATE INDEX use_days_by_day ON use_days (day);

CREATE TABLE last_calls (
    credential_id TEXT NOT NULL REFERENCES credentials (id),
    line          TEXT NOT NULL,
    workspace_id  TEXT NOT NULL REFERENCES workspaces (id),
    at            BIGINT NOT NULL,
    calls         BIGINT NOT NULL,
    method        TEXT NOT NULL,
    path          TEXT NOT NULL,
    status        BIGINT NOT NULL,
    reason        TEXT NOT NULL,
    ip            TEXT,
    user_agent    TEXT,
    PRIMARY KEY (credential_id, line)
);
