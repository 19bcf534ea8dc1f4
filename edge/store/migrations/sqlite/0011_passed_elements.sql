-- Element instances that began and ended within one batch stand beside its events as one list, with the
-- least and the greatest of their keys. Rows of older ones stay.
ALTER TABLE history ADD COLUMN elements_first INTEGER;
ALTER TABLE history ADD COLUMN elements_last INTEGER;
ALTER TABLE history ADD COLUMN elements BLOB;
CREATE INDEX history_elements ON history (elements_first, elements_last)
    WHERE elements_first IS NOT NULL;
