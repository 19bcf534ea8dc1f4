-- Leases whose outcome is not known: a try that a crash cut short leaves one behind, so that a second
-- delivery can be told.
ALTER TABLE outbox ADD COLUMN unsettled BIGINT NOT NULL DEFAULT 0;
