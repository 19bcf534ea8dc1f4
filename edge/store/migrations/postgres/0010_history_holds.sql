-- Flows that an instance took are counted from its history, and so are the variables of scopes that began
-- and ended within one batch: `variables` is the first of their keys. Rows of older variables stay.
DROP TABLE flow;
ALTER TABLE history ADD COLUMN variables BIGINT;
CREATE INDEX history_variables ON history (variables) WHERE variables IS NOT NULL;

-- Nobody searches parts by title.
DELETE FROM title_word WHERE object IN (
    SELECT name FROM object WHERE definition::jsonb -> 'part_of' <> 'null'
);
