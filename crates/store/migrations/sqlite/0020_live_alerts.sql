-- What was not well with live codes, while it is so and afterwards: one open alert for a code and a kind.
CREATE TABLE live_alert (
    corp_id BLOB NOT NULL,
    alert_id BLOB NOT NULL,
    code_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    -- How many of how many, when it opened.
    count INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    -- Since when the reason is gone, before it closes.
    calm_since_ms INTEGER,
    closed_at_ms INTEGER,
    -- Who saw it first.
    seen_by BLOB,
    seen_at_ms INTEGER,
    PRIMARY KEY (corp_id, alert_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX live_alert_open ON live_alert (corp_id, code_id, kind) WHERE closed_at_ms IS NULL;
CREATE INDEX live_alert_by_close ON live_alert (closed_at_ms) WHERE closed_at_ms IS NOT NULL;

-- When others were told that the answer did not come as promised.
ALTER TABLE conversation ADD COLUMN missed_at_ms INTEGER;
CREATE INDEX conversation_promised ON conversation (promised_at_ms) WHERE promised_at_ms IS NOT NULL;
