-- Lists of tokens and keys that stay quick when they are long. SQL cannot fold names: the server fills the words, the
-- scopes and the name's place in an order, and at its start those of rows that were there before.

-- Its place in an alphabetical list; none until the server has indexed the row.
ALTER TABLE credentials ADD COLUMN name_place TEXT;

CREATE INDEX credentials_not_indexed ON credentials (id) WHERE name_place IS NULL;

-- The words of its name and its hint, written in digits, which sort alike under every collation.
CREATE TABLE credential_words (
    workspace_id  TEXT NOT NULL REFERENCES workspaces (id),
    kind          TEXT NOT NULL,
    word          TEXT NOT NULL,
    credential_id TEXT NOT NULL REFERENCES credentials (id),
    PRIMARY KEY (workspace_id, kind, word, credential_id)
);

CREATE INDEX credential_words_of_one ON credential_words (credential_id, word);

CREATE TABLE credential_scopes (
    workspace_id  TEXT NOT NULL REFERENCES workspaces (id),
    kind          TEXT NOT NULL,
    scope         TEXT NOT NULL,
    credential_id TEXT NOT NULL REFERENCES credentials (id),
    PRIMARY KEY (workspace_id, kind, scope, credential_id)
);

CREATE INDEX credential_scopes_of_one ON credential_scopes (credential_id, scope);

-- One for each order; the oldest, credentials_of_workspace, is that of the making.
CREATE INDEX credentials_by_name ON credentials (workspace_id, kind, name_place, id);
CREATE INDEX credentials_by_end ON credentials (workspace_id, kind, (COALESCE(expires_at, 9223372036854775807)), id);
CREATE INDEX credentials_by_use ON credentials (workspace_id, kind, (COALESCE(last_used_at, 0)), id);

-- One for each filter that may leave little over.
CREATE INDEX credentials_of_creator ON credentials (workspace_id, kind, created_by_id, id);
CREATE INDEX credentials_in_project ON credentials (workspace_id, kind, project_id, id) WHERE project_id IS NOT NULL;
CREATE INDEX credentials_revoked ON credentials (workspace_id, kind, id) WHERE revoked_at IS NOT NULL;
CREATE INDEX credentials_switched_off ON credentials (workspace_id, kind, id) WHERE disabled_at IS NOT NULL;
