-- The version of the form that a user task began with. Of tasks that are there, it is the latest that was deployed
-- by then, which is what the engine took.
ALTER TABLE user_task ADD COLUMN form_key INTEGER;
UPDATE user_task SET form_key = (
    SELECT model.key FROM model
    WHERE model.kind = 'form' AND model.id = user_task.form_id AND model.deployed_at <= user_task.created_at
    ORDER BY model.version DESC LIMIT 1
) WHERE form_id IS NOT NULL;
