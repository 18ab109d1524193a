-- The activity log is read: filtered, and searched by the beginnings of words.

-- What the event is about. `words` are those of its names and its detail, folded, each after a space; events from
-- before have none and are found by the filters alone.
ALTER TABLE events ADD COLUMN about TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN words TEXT NOT NULL DEFAULT '';

UPDATE events SET about = CASE
    WHEN happened LIKE 'session.%' THEN 'account'
    WHEN happened LIKE 'workspace.%' THEN 'settings'
    WHEN happened LIKE 'credential.%' AND target_id LIKE 'key%' THEN 'api_keys'
    WHEN happened LIKE 'credential.%' THEN 'tokens'
    WHEN happened LIKE 'project.%' OR happened LIKE 'deployment.%' THEN 'projects'
    ELSE 'members'
END;

CREATE INDEX events_about ON events (workspace_id, about, id);
CREATE INDEX events_by ON events (workspace_id, actor_id, id);
CREATE INDEX events_happened ON events (workspace_id, happened, id);
CREATE INDEX events_of_project ON events (workspace_id, project_id, id) WHERE project_id IS NOT NULL;

-- The words once more, for those that are rare. A word is written in hexadecimal, so that both engines sort it alike.
CREATE TABLE event_words (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    word         TEXT NOT NULL,
    event_id     TEXT NOT NULL REFERENCES events (id),
    PRIMARY KEY (workspace_id, word, event_id)
);
