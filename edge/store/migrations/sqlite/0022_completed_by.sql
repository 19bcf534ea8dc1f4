-- Who did a user task. Of tasks that were done before, the history does not say it.
ALTER TABLE user_task ADD COLUMN completed_by INTEGER;
