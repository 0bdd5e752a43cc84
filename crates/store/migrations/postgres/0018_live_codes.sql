-- Live codes: what administrators write, the log of everything that happens to the pools, and conversations.
CREATE TABLE live_code (
    corp_id UUID NOT NULL,
    code_id UUID NOT NULL,
    -- Random name of the code, the part of its address that finds it.
    slug BYTEA NOT NULL,
    -- Name, group and channel tag of the published plan, or of the draft while nothing is published.
    name TEXT NOT NULL,
    folder TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Published version; 0 before the first.
    version BIGINT NOT NULL,
    paused_at_ms BIGINT,
    deleted_at_ms BIGINT,
    created_by UUID NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (corp_id, code_id)
);
CREATE UNIQUE INDEX live_code_slug ON live_code (slug);

CREATE TABLE live_code_version (
    corp_id UUID NOT NULL,
    code_id UUID NOT NULL,
    version BIGINT NOT NULL,
    -- The plan as JSON.
    plan TEXT NOT NULL,
    note TEXT NOT NULL,
    made_by UUID NOT NULL,
    made_at_ms BIGINT NOT NULL,
    PRIMARY KEY (corp_id, code_id, version)
);

CREATE TABLE live_code_draft (
    corp_id UUID NOT NULL,
    code_id UUID NOT NULL,
    plan TEXT NOT NULL,
    -- Grows with each change, so that two administrators do not overwrite each other unseen.
    tag BIGINT NOT NULL,
    -- Version that was published when the draft was begun.
    based_on BIGINT NOT NULL,
    made_by UUID NOT NULL,
    made_at_ms BIGINT NOT NULL,
    PRIMARY KEY (corp_id, code_id)
);

-- Last number of a company's log, and the row that nodes take turns at.
CREATE TABLE live_head (
    corp_id UUID NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    -- Last number that the counts for charts hold.
    tallied BIGINT NOT NULL
);

-- What happened to a company's pools, in its order: whoever reads it comes to the same state.
CREATE TABLE live_log (
    corp_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    -- None where the entry concerns all codes of a member.
    code_id UUID,
    kind BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    visitor UUID,
    -- Who was chosen, or whom the entry concerns.
    member_id UUID,
    -- Until when the place is kept.
    until_ms BIGINT,
    -- The entry as JSON; of a scan with its receipt.
    body TEXT NOT NULL,
    PRIMARY KEY (corp_id, seq)
);
CREATE INDEX live_log_by_code ON live_log (corp_id, code_id, seq) WHERE code_id IS NOT NULL;

-- What other operations tell the pools: the next transaction of the log takes it up.
CREATE TABLE live_inbox (
    corp_id UUID NOT NULL,
    item_id UUID NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (corp_id, item_id)
);

-- The state of a company's pools at one number of the log, so that a start need not read it all.
CREATE TABLE live_snapshot (
    corp_id UUID NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    body BYTEA NOT NULL
);

-- Counts for charts: how often something happened in an hour.
CREATE TABLE live_tally (
    corp_id UUID NOT NULL,
    code_id UUID NOT NULL,
    hour_ms BIGINT NOT NULL,
    outcome BIGINT NOT NULL,
    -- Zero where there is none.
    member_id UUID NOT NULL,
    -- Keys of the choices made on the page, joined by dots.
    path TEXT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (corp_id, code_id, hour_ms, outcome, member_id, path)
);

-- Scans that became an add, or a request for one: each at most once.
CREATE TABLE live_add (
    corp_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    code_id UUID NOT NULL,
    member_id UUID NOT NULL,
    person_id UUID NOT NULL,
    -- Channel tag of the code.
    state TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (corp_id, seq)
);
CREATE INDEX live_add_by_person ON live_add (corp_id, person_id, member_id);

-- Members who have switched themselves off for a while.
CREATE TABLE live_rest (
    corp_id UUID NOT NULL,
    member_id UUID NOT NULL,
    until_ms BIGINT,
    made_at_ms BIGINT NOT NULL,
    PRIMARY KEY (corp_id, member_id)
);

-- Turns given to members or taken from them, with the reason.
CREATE TABLE live_credit (
    corp_id UUID NOT NULL,
    code_id UUID NOT NULL,
    credit_id UUID NOT NULL,
    member_id UUID NOT NULL,
    turns BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    reason TEXT NOT NULL,
    made_by UUID,
    made_at_ms BIGINT NOT NULL,
    PRIMARY KEY (corp_id, code_id, credit_id)
);
CREATE INDEX live_credit_by_member ON live_credit (corp_id, member_id, credit_id);

-- Visitors who wait because nobody could be chosen.
CREATE TABLE live_waiting (
    corp_id UUID NOT NULL,
    waiting_id UUID NOT NULL,
    code_id UUID NOT NULL,
    person_id UUID NOT NULL,
    path TEXT NOT NULL,
    note TEXT NOT NULL,
    made_at_ms BIGINT NOT NULL,
    -- When and by whom he was taken care of.
    done_at_ms BIGINT,
    member_id UUID,
    PRIMARY KEY (corp_id, waiting_id)
);
CREATE INDEX live_waiting_open ON live_waiting (corp_id, code_id, waiting_id) WHERE done_at_ms IS NULL;

-- A customer and a member of the company in conversation.
CREATE TABLE conversation (
    corp_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    member_id UUID NOT NULL,
    person_id UUID NOT NULL,
    -- Live code and place in its log that led to it.
    code_id UUID,
    seq BIGINT,
    opened_at_ms BIGINT NOT NULL,
    -- When the answer was promised; kept or broken is seen by the first answer.
    promised_at_ms BIGINT,
    answered_at_ms BIGINT,
    resolved_at_ms BIGINT,
    last_at_ms BIGINT NOT NULL,
    -- 0 customer, 1 member, 2 the server.
    last_by BIGINT NOT NULL,
    -- Since when the customer waits for an answer.
    waits_since_ms BIGINT,
    member_read_at_ms BIGINT NOT NULL,
    person_read_at_ms BIGINT NOT NULL,
    -- From whom it was handed over.
    handed_from UUID,
    PRIMARY KEY (corp_id, conversation_id)
);
CREATE UNIQUE INDEX conversation_by_member ON conversation (corp_id, member_id, person_id);
CREATE INDEX conversation_by_person ON conversation (person_id, conversation_id);
CREATE INDEX conversation_open ON conversation (corp_id, member_id, last_at_ms) WHERE resolved_at_ms IS NULL;

CREATE TABLE conversation_message (
    corp_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    message_id UUID NOT NULL,
    -- 0 customer, 1 member, 2 the server.
    written_by BIGINT NOT NULL,
    member_id UUID,
    body TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (corp_id, conversation_id, message_id)
);

-- Answers ready to be sent: of the company, or a member's own.
CREATE TABLE canned_answer (
    corp_id UUID NOT NULL,
    answer_id UUID NOT NULL,
    member_id UUID,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at_ms BIGINT NOT NULL,
    PRIMARY KEY (corp_id, answer_id)
);
