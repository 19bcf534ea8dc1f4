-- What processes tell people in the page, one row per person.
CREATE TABLE notification (
    key           INTEGER PRIMARY KEY,
    user          INTEGER NOT NULL,
    text          TEXT    NOT NULL,
    record_object TEXT,
    record        INTEGER,
    instance      INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    read_at       INTEGER
) STRICT;
CREATE INDEX notification_user ON notification (user, key);
CREATE INDEX notification_unread ON notification (user, key) WHERE read_at IS NULL;
