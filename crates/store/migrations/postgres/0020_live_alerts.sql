-- What was not well with live codes, while it is so and afterwards: one open alert for a code and a kind.
CREATE TABLE live_alert (
    corp_id UUID NOT NULL,
    alert_id UUID NOT NULL,
    code_id UUID NOT NULL,
    kind TEXT NOT NULL,
    -- How many of how many, when it opened.
    count BIGINT NOT NULL,
    whole BIGINT NOT NULL,
    opened_at_ms BIGINT NOT NULL,
    -- Since when the reason is gone, before it closes.
    calm_since_ms BIGINT,
    closed_at_ms BIGINT,
    -- Who saw it first.
    seen_by UUID,
    seen_at_ms BIGINT,
    PRIMARY KEY (corp_id, alert_id)
);
CREATE UNIQUE INDEX live_alert_open ON live_alert (corp_id, code_id, kind) WHERE closed_at_ms IS NULL;
CREATE INDEX live_alert_by_close ON live_alert (closed_at_ms) WHERE closed_at_ms IS NOT NULL;

-- When others were told that the answer did not come as promised.
ALTER TABLE conversation ADD COLUMN missed_at_ms BIGINT;
CREATE INDEX conversation_promised ON conversation (promised_at_ms) WHERE promised_at_ms IS NOT NULL;
