-- Endpoints of companies, the messages that wait for them or were sent, and each try.
CREATE TABLE webhook (
    corp_id BLOB NOT NULL,
    hook_id BLOB NOT NULL,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    -- Names of events as JSON; an empty list stands for all.
    events TEXT NOT NULL,
    secret BLOB NOT NULL,
    -- The secret before, and until when it signs too.
    former_secret BLOB,
    former_until_ms INTEGER,
    state TEXT NOT NULL,
    made_by BLOB NOT NULL,
    created_at_ms INTEGER NOT NULL,
    -- Since when it takes nothing.
    failing_since_ms INTEGER,
    taken_at_ms INTEGER,
    deleted_at_ms INTEGER,
    PRIMARY KEY (corp_id, hook_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_delivery (
    corp_id BLOB NOT NULL,
    hook_id BLOB NOT NULL,
    delivery_id BLOB NOT NULL,
    -- Place in the one line of the installation.
    place INTEGER NOT NULL,
    -- What it is about: of one subject only one message is under way.
    subject BLOB NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    -- 0 waits, 1 taken, 2 given up.
    standing INTEGER NOT NULL,
    -- When it got its place.
    since_ms INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    next_at_ms INTEGER NOT NULL,
    done_at_ms INTEGER,
    -- How the last try went: status of the answer or why there was none.
    status INTEGER,
    fault TEXT,
    latency_ms INTEGER,
    PRIMARY KEY (corp_id, hook_id, delivery_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_delivery_line ON webhook_delivery (corp_id, hook_id, standing, place);
CREATE INDEX webhook_delivery_subject ON webhook_delivery (corp_id, hook_id, subject, place) WHERE standing = 0;
CREATE INDEX webhook_delivery_done ON webhook_delivery (done_at_ms) WHERE standing > 0;

CREATE TABLE webhook_try (
    corp_id BLOB NOT NULL,
    hook_id BLOB NOT NULL,
    delivery_id BLOB NOT NULL,
    at_ms INTEGER NOT NULL,
    status INTEGER,
    fault TEXT,
    latency_ms INTEGER NOT NULL,
    -- Beginning of the answer.
    excerpt TEXT NOT NULL,
    PRIMARY KEY (corp_id, hook_id, delivery_id, at_ms)
) STRICT, WITHOUT ROWID;

-- How far events have become messages: one row. A window holds the events of finished transactions alone, read by number.
CREATE TABLE webhook_cursor (
    cursor_id INTEGER NOT NULL PRIMARY KEY,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    -- The last place given out.
    place INTEGER NOT NULL
) STRICT;
INSERT INTO webhook_cursor (cursor_id, low, high, seq, place) VALUES (1, 0, 0, 0, 0);
