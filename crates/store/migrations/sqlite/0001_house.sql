-- Companies, people, visibility, requests and contacts, audit and events.
-- Every table leads its key with its owner: the corp, or the person himself (column scope).

CREATE TABLE secret (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    node BLOB NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE corp (
    corp_id BLOB NOT NULL PRIMARY KEY,
    corpid TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    -- Grows with each change of settings, departments, rules or roles, so that nodes know when to read them again.
    version INTEGER NOT NULL,
    next_department_id INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX corp_corpid ON corp (corpid);

CREATE TABLE department (
    corp_id BLOB NOT NULL REFERENCES corp,
    department_id INTEGER NOT NULL,
    parent_id INTEGER,
    name TEXT NOT NULL,
    ord INTEGER NOT NULL,
    PRIMARY KEY (corp_id, department_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX department_name ON department (corp_id, parent_id, name);

CREATE TABLE person (
    person_id BLOB NOT NULL PRIMARY KEY,
    mobile TEXT,
    email TEXT,
    name TEXT NOT NULL,
    language TEXT,
    theme TEXT,
    created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX person_mobile ON person (mobile);
CREATE UNIQUE INDEX person_email ON person (email);

CREATE TABLE member (
    corp_id BLOB NOT NULL REFERENCES corp,
    member_id BLOB NOT NULL,
    userid TEXT NOT NULL,
    userid_lower TEXT NOT NULL,
    name TEXT NOT NULL,
    alias TEXT NOT NULL,
    mobile TEXT,
    email TEXT,
    position TEXT NOT NULL,
    extension TEXT NOT NULL,
    employee_no TEXT NOT NULL,
    custom TEXT NOT NULL,
    status INTEGER NOT NULL,
    person_id BLOB,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    left_at_ms INTEGER,
    PRIMARY KEY (corp_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX member_userid ON member (corp_id, userid_lower);
-- A leaver keeps his number on record, and the number is free for the next.
CREATE UNIQUE INDEX member_mobile ON member (corp_id, mobile) WHERE status <> 5;
CREATE UNIQUE INDEX member_email ON member (corp_id, email) WHERE status <> 5;
CREATE INDEX member_by_mobile ON member (mobile);
CREATE INDEX member_by_person ON member (person_id);

CREATE TABLE member_department (
    corp_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    -- 0 is the main department.
    place INTEGER NOT NULL,
    department_id INTEGER NOT NULL,
    leads INTEGER NOT NULL,
    ord INTEGER NOT NULL,
    PRIMARY KEY (corp_id, member_id, place),
    FOREIGN KEY (corp_id, member_id) REFERENCES member,
    FOREIGN KEY (corp_id, department_id) REFERENCES department
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX member_department_by_department ON member_department (corp_id, department_id, member_id);

CREATE TABLE role_grant (
    corp_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    role TEXT NOT NULL,
    -- 0 is the whole corp.
    department_id INTEGER NOT NULL,
    PRIMARY KEY (corp_id, member_id, role, department_id),
    FOREIGN KEY (corp_id, member_id) REFERENCES member
) STRICT, WITHOUT ROWID;

CREATE TABLE visibility_rule (
    corp_id BLOB NOT NULL REFERENCES corp,
    rule_id BLOB NOT NULL,
    -- rule or grant
    sort TEXT NOT NULL,
    body TEXT NOT NULL,
    expires_at_ms INTEGER,
    PRIMARY KEY (corp_id, rule_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE one_time_code (
    mobile TEXT NOT NULL PRIMARY KEY,
    code_hash BLOB NOT NULL,
    sent_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    day INTEGER NOT NULL,
    sent_today INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    session_id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL,
    person_id BLOB NOT NULL REFERENCES person,
    corp_id BLOB,
    member_id BLOB,
    device TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    seen_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX session_token ON session (token_hash);
CREATE INDEX session_by_person ON session (person_id);
CREATE INDEX session_by_expiry ON session (expires_at_ms);

CREATE TABLE contact_request (
    -- The recipient owns the row.
    scope BLOB NOT NULL,
    recipient_id BLOB NOT NULL,
    request_id BLOB NOT NULL,
    recipient_kind INTEGER NOT NULL,
    sender_kind INTEGER NOT NULL,
    sender_scope BLOB NOT NULL,
    sender_id BLOB NOT NULL,
    add_way INTEGER NOT NULL,
    message TEXT NOT NULL,
    state INTEGER NOT NULL,
    silenced INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    decided_at_ms INTEGER,
    reason TEXT NOT NULL,
    PRIMARY KEY (scope, recipient_id, request_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX contact_request_pending ON contact_request (scope, recipient_id, sender_id) WHERE state = 0;
CREATE INDEX contact_request_by_pair ON contact_request (scope, recipient_id, sender_id, request_id);
CREATE INDEX contact_request_by_sender ON contact_request (sender_scope, sender_id, request_id);
CREATE INDEX contact_request_by_expiry ON contact_request (expires_at_ms) WHERE state = 0;

CREATE TABLE contact (
    scope BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    peer_id BLOB NOT NULL,
    owner_kind INTEGER NOT NULL,
    peer_kind INTEGER NOT NULL,
    peer_scope BLOB NOT NULL,
    add_way INTEGER NOT NULL,
    remark TEXT NOT NULL,
    tags TEXT NOT NULL,
    starred INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    -- Set when the relation ended; kept so that an ending can be taken back.
    ended_at_ms INTEGER,
    PRIMARY KEY (scope, owner_id, peer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE block (
    scope BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    blocked_id BLOB NOT NULL,
    blocked_kind INTEGER NOT NULL,
    blocked_scope BLOB NOT NULL,
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (scope, owner_id, blocked_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE budget (
    scope BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    day INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (scope, owner_id, kind, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX budget_by_day ON budget (day);

CREATE TABLE find_ask (
    corp_id BLOB NOT NULL,
    ask_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    query TEXT NOT NULL,
    message TEXT NOT NULL,
    -- open, answered or closed
    state TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_by BLOB,
    created_at_ms INTEGER NOT NULL,
    answered_at_ms INTEGER,
    PRIMARY KEY (corp_id, ask_id),
    FOREIGN KEY (corp_id, member_id) REFERENCES member
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX find_ask_open ON find_ask (corp_id, member_id, query) WHERE state = 'open';

CREATE TABLE event (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- Transaction that wrote the row, so that a reader can wait for those before it (PostgreSQL).
    xid INTEGER NOT NULL DEFAULT 0,
    event_id BLOB NOT NULL,
    scope BLOB NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    corp_id BLOB NOT NULL,
    audit_id BLOB NOT NULL,
    -- Place in the corp's chain; null until sealed.
    seq INTEGER,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    address TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB,
    PRIMARY KEY (corp_id, audit_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX audit_seq ON audit (corp_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_by_object ON audit (corp_id, object, audit_id);
CREATE INDEX audit_unsealed ON audit (corp_id, audit_id) WHERE seq IS NULL;

CREATE TABLE audit_head (
    corp_id BLOB NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;
