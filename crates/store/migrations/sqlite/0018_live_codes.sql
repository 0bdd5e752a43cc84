-- Live codes: what administrators write, the log of everything that happens to the pools, and conversations.
CREATE TABLE live_code (
    corp_id BLOB NOT NULL,
    code_id BLOB NOT NULL,
    -- Random name of the code, the part of its address that finds it.
    slug BLOB NOT NULL,
    -- Name, group and channel tag of the published plan, or of the draft while nothing is published.
    name TEXT NOT NULL,
    folder TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Published version; 0 before the first.
    version INTEGER NOT NULL,
    paused_at_ms INTEGER,
    deleted_at_ms INTEGER,
    created_by BLOB NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, code_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX live_code_slug ON live_code (slug);

CREATE TABLE live_code_version (
    corp_id BLOB NOT NULL,
    code_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    -- The plan as JSON.
    plan TEXT NOT NULL,
    note TEXT NOT NULL,
    made_by BLOB NOT NULL,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, code_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE live_code_draft (
    corp_id BLOB NOT NULL,
    code_id BLOB NOT NULL,
    plan TEXT NOT NULL,
    -- Grows with each change, so that two administrators do not overwrite each other unseen.
    tag INTEGER NOT NULL,
    -- Version that was published when the draft was begun.
    based_on INTEGER NOT NULL,
    made_by BLOB NOT NULL,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, code_id)
) STRICT, WITHOUT ROWID;

-- Last number of a company's log, and the row that nodes take turns at.
CREATE TABLE live_head (
    corp_id BLOB NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    -- Last number that the counts for charts hold.
    tallied INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What happened to a company's pools, in its order: whoever reads it comes to the same state.
CREATE TABLE live_log (
    corp_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    -- None where the entry concerns all codes of a member.
    code_id BLOB,
    kind INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    visitor BLOB,
    -- Who was chosen, or whom the entry concerns.
    member_id BLOB,
    -- Until when the place is kept.
    until_ms INTEGER,
    -- The entry as JSON; of a scan with its receipt.
    body TEXT NOT NULL,
    PRIMARY KEY (corp_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX live_log_by_code ON live_log (corp_id, code_id, seq) WHERE code_id IS NOT NULL;

-- What other operations tell the pools: the next transaction of the log takes it up.
CREATE TABLE live_inbox (
    corp_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (corp_id, item_id)
) STRICT, WITHOUT ROWID;

-- The state of a company's pools at one number of the log, so that a start need not read it all.
CREATE TABLE live_snapshot (
    corp_id BLOB NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Counts for charts: how often something happened in an hour.
CREATE TABLE live_tally (
    corp_id BLOB NOT NULL,
    code_id BLOB NOT NULL,
    hour_ms INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    -- Zero where there is none.
    member_id BLOB NOT NULL,
    -- Keys of the choices made on the page, joined by dots.
    path TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (corp_id, code_id, hour_ms, outcome, member_id, path)
) STRICT, WITHOUT ROWID;

-- Scans that became an add, or a request for one: each at most once.
CREATE TABLE live_add (
    corp_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    code_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    -- Channel tag of the code.
    state TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX live_add_by_person ON live_add (corp_id, person_id, member_id);

-- Members who have switched themselves off for a while.
CREATE TABLE live_rest (
    corp_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    until_ms INTEGER,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, member_id)
) STRICT, WITHOUT ROWID;

-- Turns given to members or taken from them, with the reason.
CREATE TABLE live_credit (
    corp_id BLOB NOT NULL,
    code_id BLOB NOT NULL,
    credit_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    turns INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    reason TEXT NOT NULL,
    made_by BLOB,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, code_id, credit_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX live_credit_by_member ON live_credit (corp_id, member_id, credit_id);

-- Visitors who wait because nobody could be chosen.
CREATE TABLE live_waiting (
    corp_id BLOB NOT NULL,
    waiting_id BLOB NOT NULL,
    code_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    path TEXT NOT NULL,
    note TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    -- When and by whom he was taken care of.
    done_at_ms INTEGER,
    member_id BLOB,
    PRIMARY KEY (corp_id, waiting_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX live_waiting_open ON live_waiting (corp_id, code_id, waiting_id) WHERE done_at_ms IS NULL;

-- A customer and a member of the company in conversation.
CREATE TABLE conversation (
    corp_id BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    -- Live code and place in its log that led to it.
    code_id BLOB,
    seq INTEGER,
    opened_at_ms INTEGER NOT NULL,
    -- When the answer was promised; kept or broken is seen by the first answer.
    promised_at_ms INTEGER,
    answered_at_ms INTEGER,
    resolved_at_ms INTEGER,
    last_at_ms INTEGER NOT NULL,
    -- 0 customer, 1 member, 2 the server.
    last_by INTEGER NOT NULL,
    -- Since when the customer waits for an answer.
    waits_since_ms INTEGER,
    member_read_at_ms INTEGER NOT NULL,
    person_read_at_ms INTEGER NOT NULL,
    -- From whom it was handed over.
    handed_from BLOB,
    PRIMARY KEY (corp_id, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX conversation_by_member ON conversation (corp_id, member_id, person_id);
CREATE INDEX conversation_by_person ON conversation (person_id, conversation_id);
CREATE INDEX conversation_open ON conversation (corp_id, member_id, last_at_ms) WHERE resolved_at_ms IS NULL;

CREATE TABLE conversation_message (
    corp_id BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    message_id BLOB NOT NULL,
    -- 0 customer, 1 member, 2 the server.
    written_by INTEGER NOT NULL,
    member_id BLOB,
    body TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, conversation_id, message_id)
) STRICT, WITHOUT ROWID;

-- Answers ready to be sent: of the company, or a member's own.
CREATE TABLE canned_answer (
    corp_id BLOB NOT NULL,
    answer_id BLOB NOT NULL,
    member_id BLOB,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, answer_id)
) STRICT, WITHOUT ROWID;
