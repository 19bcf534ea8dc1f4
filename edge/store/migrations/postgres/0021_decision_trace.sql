-- How a decision came about is read out of the history, which holds it since the first version.
ALTER TABLE decision DROP COLUMN trace;
