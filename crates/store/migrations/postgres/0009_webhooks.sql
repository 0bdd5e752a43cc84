-- Endpoints of companies, the messages that wait for them or were sent, and each try.
CREATE TABLE webhook (
    corp_id UUID NOT NULL,
    hook_id UUID NOT NULL,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    -- Names of events as JSON; an empty list stands for all.
    events TEXT NOT NULL,
    secret BYTEA NOT NULL,
    -- The secret before, and until when it signs too.
    former_secret BYTEA,
    former_until_ms BIGINT,
    state TEXT NOT NULL,
    made_by UUID NOT NULL,
    created_at_ms BIGINT NOT NULL,
    -- Since when it takes nothing.
    failing_since_ms BIGINT,
    taken_at_ms BIGINT,
    deleted_at_ms BIGINT,
    PRIMARY KEY (corp_id, hook_id)
);

CREATE TABLE webhook_delivery (
    corp_id UUID NOT NULL,
    hook_id UUID NOT NULL,
    delivery_id UUID NOT NULL,
    -- Place in the one line of the installation.
    place BIGINT NOT NULL,
    -- What it is about: of one subject only one message is under way.
    subject UUID NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    -- 0 waits, 1 taken, 2 given up.
    standing BIGINT NOT NULL,
    -- When it got its place.
    since_ms BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    next_at_ms BIGINT NOT NULL,
    done_at_ms BIGINT,
    -- How the last try went: status of the answer or why there was none.
    status BIGINT,
    fault TEXT,
    latency_ms BIGINT,
    PRIMARY KEY (corp_id, hook_id, delivery_id)
);
CREATE INDEX webhook_delivery_line ON webhook_delivery (corp_id, hook_id, standing, place);
CREATE INDEX webhook_delivery_subject ON webhook_delivery (corp_id, hook_id, subject, place) WHERE standing = 0;
CREATE INDEX webhook_delivery_done ON webhook_delivery (done_at_ms) WHERE standing > 0;

CREATE TABLE webhook_try (
    corp_id UUID NOT NULL,
    hook_id UUID NOT NULL,
    delivery_id UUID NOT NULL,
    at_ms BIGINT NOT NULL,
    status BIGINT,
    fault TEXT,
    latency_ms BIGINT NOT NULL,
    -- Beginning of the answer.
    excerpt TEXT NOT NULL,
    PRIMARY KEY (corp_id, hook_id, delivery_id, at_ms)
);

-- How far events have become messages: one row. A window holds the events of finished transactions alone, read by number.
CREATE TABLE webhook_cursor (
    cursor_id BIGINT NOT NULL PRIMARY KEY,
    low BIGINT NOT NULL,
    high BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    -- The last place given out.
    place BIGINT NOT NULL
);
INSERT INTO webhook_cursor (cursor_id, low, high, seq, place) VALUES (1, 0, 0, 0, 0);
