-- Projects and their deployments, keys that can be switched off, and who exactly did what to what.

CREATE TABLE projects (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    slug         TEXT NOT NULL,
    name         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    deleted_at   BIGINT
);

-- A slug is free again once its project is gone.
CREATE UNIQUE INDEX projects_by_slug ON projects (workspace_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX projects_of_workspace ON projects (workspace_id, id) WHERE deleted_at IS NULL;

CREATE TABLE deployments (
    id              TEXT PRIMARY KEY,
    workspace_id    TEXT NOT NULL REFERENCES workspaces (id),
    project_id      TEXT NOT NULL REFERENCES projects (id),
    file_name       TEXT NOT NULL,
    size            BIGINT NOT NULL,
    sha256          TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    created_by_kind TEXT NOT NULL,
    created_by_id   TEXT,
    archived_at     BIGINT
);

CREATE INDEX deployments_of_project ON deployments (workspace_id, project_id, id);

-- `version` counts the changes of a key.
ALTER TABLE credentials ADD COLUMN project_id TEXT REFERENCES projects (id);
ALTER TABLE credentials ADD COLUMN disabled_at BIGINT;
ALTER TABLE credentials ADD COLUMN version BIGINT NOT NULL DEFAULT 0;

CREATE INDEX credentials_of_project ON credentials (project_id) WHERE project_id IS NOT NULL;
CREATE INDEX credentials_of_responsible ON credentials (responsible_id, workspace_id);

-- A deleted workspace keeps its row for the log's sake; its slug becomes its id, so that the slug is free again.
ALTER TABLE workspaces ADD COLUMN deleted_at BIGINT;

-- What the actor was called then, what it was about, and what changed, in a few words.
ALTER TABLE events ADD COLUMN actor_name TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN project_id TEXT REFERENCES projects (id);
ALTER TABLE events ADD COLUMN detail TEXT;
