-- Keys are 64-bit whole numbers, instants are UTC milliseconds, words are spelt as in the runtime's port.
-- Tables, columns and keys are those of the SQLite database, but for `shard` (see below). Text is
-- compared by code point. Tables of records are not here: `record_<object>` is made from the object's
-- definition. Hence no table below may begin with `record_`.

-- One case for comparing, as the program folds titles: by the Unicode rules of no particular language.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu') THEN
        CREATE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
            AS 'SELECT lower($1 COLLATE "und-x-icu")';
    ELSE
        CREATE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
            AS 'SELECT lower($1 COLLATE "default")';
    END IF;
END $$;

CREATE TABLE counter (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BIGINT           NOT NULL
) WITH (fillfactor = 50);

-- Numbers of the store itself, apart from the counters of auto number fields: the catalogue's
-- version and the last lane. Every batch locks the version's row, so the row keeps a page with room.
CREATE TABLE platform (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BIGINT           NOT NULL
) WITH (fillfactor = 50);
INSERT INTO platform VALUES ('catalogue_version', 0), ('lane', 0);

CREATE TABLE object (
    position   BIGINT           NOT NULL PRIMARY KEY,
    name       TEXT COLLATE "C" NOT NULL UNIQUE,
    definition TEXT COLLATE "C" NOT NULL
);

CREATE TABLE resource (
    key        BIGINT           NOT NULL PRIMARY KEY,
    deployment BIGINT           NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    text       TEXT COLLATE "C" NOT NULL
);

CREATE TABLE model (
    key           BIGINT           NOT NULL PRIMARY KEY,
    kind          TEXT COLLATE "C" NOT NULL,
    id            TEXT COLLATE "C" NOT NULL,
    name          TEXT COLLATE "C" NOT NULL,
    version       BIGINT           NOT NULL,
    version_tag   TEXT COLLATE "C",
    resource      BIGINT           NOT NULL,
    deployment    BIGINT           NOT NULL,
    deployed_at   BIGINT           NOT NULL,
    record_object TEXT COLLATE "C",
    UNIQUE (kind, id, version)
);

-- The changes of records, one row per change.
CREATE TABLE history_record (
    key              BIGINT           NOT NULL PRIMARY KEY,
    object           TEXT COLLATE "C" NOT NULL,
    record           BIGINT           NOT NULL,
    version          BIGINT           NOT NULL,
    at               BIGINT           NOT NULL,
    by               BIGINT           NOT NULL,
    cause_instance   BIGINT,
    cause_element_id TEXT COLLATE "C",
    change           TEXT COLLATE "C" NOT NULL,
    fields           TEXT COLLATE "C" NOT NULL
);
CREATE INDEX history_record_record ON history_record (record, at, key);

-- The words of titles, folded, for the search by their beginnings.
CREATE TABLE title_word (
    object TEXT COLLATE "C" NOT NULL,
    word   TEXT COLLATE "C" NOT NULL,
    record BIGINT           NOT NULL,
    PRIMARY KEY (object, word, record)
);

CREATE TABLE instance (
    key           BIGINT           NOT NULL PRIMARY KEY,
    definition    BIGINT           NOT NULL,
    record_object TEXT COLLATE "C",
    record        BIGINT,
    parent        BIGINT,
    state         TEXT COLLATE "C" NOT NULL,
    started_at    BIGINT           NOT NULL,
    ended_at      BIGINT,
    version       BIGINT           NOT NULL,
    incidents     BIGINT           NOT NULL,
    snapshot      BYTEA            NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX instance_definition_state ON instance (definition, state, key);
CREATE INDEX instance_definition ON instance (definition, key);
CREATE INDEX instance_state ON instance (state, key);
CREATE INDEX instance_record ON instance (record) WHERE record IS NOT NULL;
CREATE INDEX instance_parent ON instance (parent) WHERE parent IS NOT NULL;
CREATE INDEX instance_incidents ON instance (key) WHERE incidents > 0;

-- The events of one instance in one batch.
CREATE TABLE history (
    instance BIGINT NOT NULL,
    version  BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    events   BYTEA  NOT NULL,
    PRIMARY KEY (instance, version)
);

CREATE TABLE element_instance (
    key        BIGINT           NOT NULL PRIMARY KEY,
    instance   BIGINT           NOT NULL,
    definition BIGINT           NOT NULL,
    element_id TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,
    scope      BIGINT           NOT NULL,
    started_at BIGINT           NOT NULL,
    ended_at   BIGINT,
    incident   BIGINT
) WITH (fillfactor = 80);
CREATE INDEX element_instance_instance ON element_instance (instance);

CREATE TABLE flow (
    instance BIGINT           NOT NULL,
    flow_id  TEXT COLLATE "C" NOT NULL,
    count    BIGINT           NOT NULL,
    PRIMARY KEY (instance, flow_id)
);

-- Totals per version of a process, kept with the rows they count, so that a diagram with live counts
-- costs as many rows as it has elements. Each lane adds to its own `shard`, a reader sums over all: one
-- row per total would make lanes wait for each other's commit.
CREATE TABLE definition_count (
    definition BIGINT NOT NULL,
    shard      BIGINT NOT NULL,
    active     BIGINT NOT NULL,
    completed  BIGINT NOT NULL,
    terminated BIGINT NOT NULL,
    incidents  BIGINT NOT NULL,
    PRIMARY KEY (definition, shard)
) WITH (fillfactor = 50);

CREATE TABLE element_count (
    definition BIGINT           NOT NULL,
    element_id TEXT COLLATE "C" NOT NULL,
    shard      BIGINT           NOT NULL,
    active     BIGINT           NOT NULL,
    completed  BIGINT           NOT NULL,
    terminated BIGINT           NOT NULL,
    incidents  BIGINT           NOT NULL,
    PRIMARY KEY (definition, element_id, shard)
) WITH (fillfactor = 50);

CREATE TABLE flow_count (
    definition BIGINT           NOT NULL,
    flow_id    TEXT COLLATE "C" NOT NULL,
    shard      BIGINT           NOT NULL,
    count      BIGINT           NOT NULL,
    PRIMARY KEY (definition, flow_id, shard)
) WITH (fillfactor = 50);

CREATE TABLE variable (
    key      BIGINT           NOT NULL PRIMARY KEY,
    instance BIGINT           NOT NULL,
    scope    BIGINT           NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    value    TEXT COLLATE "C" NOT NULL,
    UNIQUE (scope, name)
);
CREATE INDEX variable_instance ON variable (instance);

-- Jobs that wait for a worker and nothing else: an ended job has no row, so claiming meets no dead ones.
CREATE TABLE job (
    key              BIGINT           NOT NULL PRIMARY KEY,
    instance         BIGINT           NOT NULL,
    definition       BIGINT           NOT NULL,
    element_instance BIGINT           NOT NULL,
    element_id       TEXT COLLATE "C" NOT NULL,
    job_type         TEXT COLLATE "C" NOT NULL,
    retries          BIGINT           NOT NULL,
    available_at     BIGINT           NOT NULL,
    worker           TEXT COLLATE "C",
    headers          TEXT COLLATE "C" NOT NULL,
    created_at       BIGINT           NOT NULL
) WITH (fillfactor = 70);
-- What workers claim from: a leased job stands behind all available ones, one without retries nowhere.
CREATE INDEX job_ready ON job (job_type, available_at, key) WHERE retries > 0;

CREATE TABLE timer (
    key         BIGINT           NOT NULL PRIMARY KEY,
    due         BIGINT           NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    instance    BIGINT,
    definition  BIGINT,
    element_id  TEXT COLLATE "C",
    repetitions BIGINT,
    work        BYTEA
);
CREATE INDEX timer_due ON timer (due, key);

CREATE TABLE user_task (
    key              BIGINT           NOT NULL PRIMARY KEY,
    instance         BIGINT           NOT NULL,
    definition       BIGINT           NOT NULL,
    element_instance BIGINT           NOT NULL,
    element_id       TEXT COLLATE "C" NOT NULL,
    name             TEXT COLLATE "C" NOT NULL,
    state            TEXT COLLATE "C" NOT NULL,
    assignee         TEXT COLLATE "C",
    candidate_groups TEXT COLLATE "C" NOT NULL,
    candidate_users  TEXT COLLATE "C" NOT NULL,
    form_id          TEXT COLLATE "C",
    due_at           BIGINT,
    follow_up_at     BIGINT,
    priority         BIGINT           NOT NULL,
    created_at       BIGINT           NOT NULL,
    ended_at         BIGINT,
    record_object    TEXT COLLATE "C",
    record           BIGINT
);
CREATE INDEX user_task_state ON user_task (state, key);
CREATE INDEX user_task_assignee ON user_task (assignee, state) WHERE assignee IS NOT NULL;
CREATE INDEX user_task_instance ON user_task (instance);
CREATE INDEX user_task_record ON user_task (record) WHERE record IS NOT NULL;

CREATE TABLE incident (
    key              BIGINT           NOT NULL PRIMARY KEY,
    instance         BIGINT           NOT NULL,
    definition       BIGINT           NOT NULL,
    element_instance BIGINT           NOT NULL,
    element_id       TEXT COLLATE "C" NOT NULL,
    kind             TEXT COLLATE "C" NOT NULL,
    message          TEXT COLLATE "C" NOT NULL,
    job              BIGINT,
    state            TEXT COLLATE "C" NOT NULL,
    created_at       BIGINT           NOT NULL,
    resolved_at      BIGINT
);
CREATE INDEX incident_instance ON incident (instance);

CREATE TABLE decision (
    key              BIGINT           NOT NULL PRIMARY KEY,
    instance         BIGINT           NOT NULL,
    element_instance BIGINT           NOT NULL,
    element_id       TEXT COLLATE "C" NOT NULL,
    decision_id      TEXT COLLATE "C" NOT NULL,
    name             TEXT COLLATE "C" NOT NULL,
    definition       BIGINT           NOT NULL,
    at               BIGINT           NOT NULL,
    trace            TEXT COLLATE "C" NOT NULL
);
CREATE INDEX decision_instance ON decision (instance);

CREATE TABLE outbox (
    key           BIGINT           NOT NULL PRIMARY KEY,
    kind          TEXT COLLATE "C" NOT NULL,
    instance      BIGINT,
    element_id    TEXT COLLATE "C",
    record_object TEXT COLLATE "C",
    record        BIGINT,
    at            BIGINT           NOT NULL,
    state         TEXT COLLATE "C" NOT NULL,
    message_id    TEXT COLLATE "C" NOT NULL,
    payload       TEXT COLLATE "C" NOT NULL,
    attempts      BIGINT           NOT NULL,
    next_at       BIGINT           NOT NULL,
    error         TEXT COLLATE "C"
) WITH (fillfactor = 80);
CREATE INDEX outbox_waiting ON outbox (next_at, key) WHERE state = 'waiting';
CREATE INDEX outbox_state ON outbox (state, key);
CREATE INDEX outbox_record ON outbox (record) WHERE record IS NOT NULL;

CREATE TABLE idempotency (
    key    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    at     BIGINT           NOT NULL,
    answer BYTEA            NOT NULL
);
CREATE INDEX idempotency_at ON idempotency (at);

-- `user` is a word of SQL: a query that does not quote it asks for the name of the database's user.
CREATE TABLE credential (
    "user"        BIGINT           NOT NULL PRIMARY KEY,
    password_hash TEXT COLLATE "C" NOT NULL,
    changed_at    BIGINT           NOT NULL
);

CREATE TABLE session (
    token_hash BYTEA  NOT NULL PRIMARY KEY,
    "user"     BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_of_user ON session ("user");
CREATE INDEX session_expires_at ON session (expires_at);

CREATE TABLE token (
    key        BIGINT           NOT NULL PRIMARY KEY,
    "user"     BIGINT           NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    token_hash BYTEA            NOT NULL UNIQUE,
    created_at BIGINT           NOT NULL,
    expires_at BIGINT
);
CREATE INDEX token_of_user ON token ("user");
