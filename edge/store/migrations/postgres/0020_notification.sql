-- What processes tell people in the page, one row per person.
CREATE TABLE notification (
    key           BIGINT           NOT NULL PRIMARY KEY,
    "user"        BIGINT           NOT NULL,
    text          TEXT COLLATE "C" NOT NULL,
    record_object TEXT COLLATE "C",
    record        BIGINT,
    instance      BIGINT           NOT NULL,
    at            BIGINT           NOT NULL,
    read_at       BIGINT
);
CREATE INDEX notification_of_user ON notification ("user", key);
CREATE INDEX notification_unread ON notification ("user", key) WHERE read_at IS NULL;
