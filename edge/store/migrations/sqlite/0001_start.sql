-- Keys are 64-bit whole numbers, instants are UTC milliseconds, words are spelt as in the runtime's port.
-- Tables of records are not here: `record_<object>` is made from the object's definition. Hence no
-- table below may begin with `record_`.

CREATE TABLE counter (
    name  TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbers of the store itself, apart from the counters of auto number fields: the catalogue's
-- version and the last lane.
CREATE TABLE platform (
    name  TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO platform VALUES ('catalogue_version', 0), ('lane', 0);

CREATE TABLE object (
    position   INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    definition TEXT    NOT NULL
) STRICT;

CREATE TABLE resource (
    key        INTEGER PRIMARY KEY,
    deployment INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    text       TEXT    NOT NULL
) STRICT;

CREATE TABLE model (
    key           INTEGER PRIMARY KEY,
    kind          TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    version_tag   TEXT,
    resource      INTEGER NOT NULL,
    deployment    INTEGER NOT NULL,
    deployed_at   INTEGER NOT NULL,
    record_object TEXT,
    UNIQUE (kind, id, version)
) STRICT;

-- The changes of records, one row per change.
CREATE TABLE history_record (
    key              INTEGER PRIMARY KEY,
    object           TEXT    NOT NULL,
    record           INTEGER NOT NULL,
    version          INTEGER NOT NULL,
    at               INTEGER NOT NULL,
    by               INTEGER NOT NULL,
    cause_instance   INTEGER,
    cause_element_id TEXT,
    change           TEXT    NOT NULL,
    fields           TEXT    NOT NULL
) STRICT;
CREATE INDEX history_record_record ON history_record (record, at);

-- The words of titles, folded, for the search by their beginnings.
CREATE TABLE title_word (
    object TEXT    NOT NULL,
    word   TEXT    NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (object, word, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE instance (
    key           INTEGER PRIMARY KEY,
    definition    INTEGER NOT NULL,
    record_object TEXT,
    record        INTEGER,
    parent        INTEGER,
    state         TEXT    NOT NULL,
    started_at    INTEGER NOT NULL,
    ended_at      INTEGER,
    version       INTEGER NOT NULL,
    incidents     INTEGER NOT NULL,
    snapshot      BLOB    NOT NULL
) STRICT;
CREATE INDEX instance_definition ON instance (definition);
CREATE INDEX instance_definition_state ON instance (definition, state);
CREATE INDEX instance_state ON instance (state);
CREATE INDEX instance_record ON instance (record) WHERE record IS NOT NULL;
CREATE INDEX instance_parent ON instance (parent) WHERE parent IS NOT NULL;
CREATE INDEX instance_incidents ON instance (key) WHERE incidents > 0;

-- The events of one instance in one batch.
CREATE TABLE history (
    instance INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    events   BLOB    NOT NULL,
    PRIMARY KEY (instance, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE element_instance (
    key        INTEGER PRIMARY KEY,
    instance   INTEGER NOT NULL,
    definition INTEGER NOT NULL,
    element_id TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    scope      INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    incident   INTEGER
) STRICT;
CREATE INDEX element_instance_instance ON element_instance (instance);

CREATE TABLE flow (
    instance INTEGER NOT NULL,
    flow_id  TEXT    NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (instance, flow_id)
) STRICT, WITHOUT ROWID;

-- Totals per version of a process, kept with the rows they count, so that a diagram with live counts
-- costs as many rows as it has elements.
CREATE TABLE definition_count (
    definition INTEGER PRIMARY KEY,
    active     INTEGER NOT NULL,
    completed  INTEGER NOT NULL,
    terminated INTEGER NOT NULL,
    incidents  INTEGER NOT NULL
) STRICT;

CREATE TABLE element_count (
    definition INTEGER NOT NULL,
    element_id TEXT    NOT NULL,
    active     INTEGER NOT NULL,
    completed  INTEGER NOT NULL,
    terminated INTEGER NOT NULL,
    incidents  INTEGER NOT NULL,
    PRIMARY KEY (definition, element_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE flow_count (
    definition INTEGER NOT NULL,
    flow_id    TEXT    NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (definition, flow_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE variable (
    key      INTEGER PRIMARY KEY,
    instance INTEGER NOT NULL,
    scope    INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    value    TEXT    NOT NULL,
    UNIQUE (scope, name)
) STRICT;
CREATE INDEX variable_instance ON variable (instance);

CREATE TABLE job (
    key              INTEGER PRIMARY KEY,
    instance         INTEGER NOT NULL,
    definition       INTEGER NOT NULL,
    element_instance INTEGER NOT NULL,
    element_id       TEXT    NOT NULL,
    job_type         TEXT    NOT NULL,
    retries          INTEGER NOT NULL,
    available_at     INTEGER NOT NULL,
    worker           TEXT,
    headers          TEXT    NOT NULL,
    created_at       INTEGER NOT NULL
) STRICT;
-- What workers claim from: a leased job stands behind all available ones, one without retries nowhere.
CREATE INDEX job_ready ON job (job_type, available_at) WHERE retries > 0;

CREATE TABLE timer (
    key         INTEGER PRIMARY KEY,
    due         INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    instance    INTEGER,
    definition  INTEGER,
    element_id  TEXT,
    repetitions INTEGER,
    work        BLOB
) STRICT;
CREATE INDEX timer_due ON timer (due);

CREATE TABLE user_task (
    key              INTEGER PRIMARY KEY,
    instance         INTEGER NOT NULL,
    definition       INTEGER NOT NULL,
    element_instance INTEGER NOT NULL,
    element_id       TEXT    NOT NULL,
    name             TEXT    NOT NULL,
    state            TEXT    NOT NULL,
    assignee         TEXT,
    candidate_groups TEXT    NOT NULL,
    candidate_users  TEXT    NOT NULL,
    form_id          TEXT,
    due_at           INTEGER,
    follow_up_at     INTEGER,
    priority         INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    ended_at         INTEGER,
    record_object    TEXT,
    record           INTEGER
) STRICT;
CREATE INDEX user_task_state ON user_task (state);
CREATE INDEX user_task_assignee ON user_task (assignee, state) WHERE assignee IS NOT NULL;
CREATE INDEX user_task_instance ON user_task (instance);
CREATE INDEX user_task_record ON user_task (record) WHERE record IS NOT NULL;

CREATE TABLE incident (
    key              INTEGER PRIMARY KEY,
    instance         INTEGER NOT NULL,
    definition       INTEGER NOT NULL,
    element_instance INTEGER NOT NULL,
    element_id       TEXT    NOT NULL,
    kind             TEXT    NOT NULL,
    message          TEXT    NOT NULL,
    job              INTEGER,
    state            TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    resolved_at      INTEGER
) STRICT;
CREATE INDEX incident_instance ON incident (instance);

CREATE TABLE decision (
    key              INTEGER PRIMARY KEY,
    instance         INTEGER NOT NULL,
    element_instance INTEGER NOT NULL,
    element_id       TEXT    NOT NULL,
    decision_id      TEXT    NOT NULL,
    name             TEXT    NOT NULL,
    definition       INTEGER NOT NULL,
    at               INTEGER NOT NULL,
    trace            TEXT    NOT NULL
) STRICT;
CREATE INDEX decision_instance ON decision (instance);

CREATE TABLE outbox (
    key           INTEGER PRIMARY KEY,
    kind          TEXT    NOT NULL,
    instance      INTEGER,
    element_id    TEXT,
    record_object TEXT,
    record        INTEGER,
    at            INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    message_id    TEXT    NOT NULL,
    payload       TEXT    NOT NULL,
    attempts      INTEGER NOT NULL,
    next_at       INTEGER NOT NULL,
    error         TEXT
) STRICT;
CREATE INDEX outbox_waiting ON outbox (next_at) WHERE state = 'waiting';
CREATE INDEX outbox_state ON outbox (state);
CREATE INDEX outbox_record ON outbox (record) WHERE record IS NOT NULL;

CREATE TABLE idempotency (
    key    TEXT    NOT NULL PRIMARY KEY,
    at     INTEGER NOT NULL,
    answer BLOB    NOT NULL
) STRICT;
CREATE INDEX idempotency_at ON idempotency (at);

CREATE TABLE credential (
    user          INTEGER PRIMARY KEY,
    password_hash TEXT    NOT NULL,
    changed_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    token_hash BLOB    NOT NULL PRIMARY KEY,
    user       INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user);
CREATE INDEX session_expires_at ON session (expires_at);

CREATE TABLE token (
    key        INTEGER PRIMARY KEY,
    user       INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    token_hash BLOB    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;
CREATE INDEX token_user ON token (user);
