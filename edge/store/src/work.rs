//! The query for how much work there is. Both databases understand it as it is; its one parameter is `now`.

/// Rows of kind, state and number.
pub(crate) const WORK: &str = "
    SELECT 'job' AS kind, CASE WHEN retries <= 0 THEN 'failed' WHEN available_at <= $1 THEN 'available'
        WHEN worker IS NOT NULL THEN 'leased' ELSE 'backing_off' END AS state, COUNT(*) AS number
        FROM job GROUP BY 2
    UNION ALL
    SELECT 'timer', CASE WHEN due <= $1 THEN 'due' ELSE 'waiting' END, COUNT(*) FROM timer GROUP BY 2
    UNION ALL
    SELECT 'user_task', state, COUNT(*) FROM user_task WHERE state = 'created' GROUP BY state
    UNION ALL
    SELECT 'incident', 'open', CAST(COALESCE(SUM(incidents), 0) AS BIGINT) FROM instance WHERE incidents > 0
    UNION ALL
    SELECT 'outbox', state, COUNT(*) FROM outbox WHERE state IN ('waiting', 'not_configured', 'failed')
        GROUP BY state";
