-- Companies, people, visibility, requests and contacts, audit and events.
-- Every table leads its key with its owner: the corp, or the person himself (column scope).

CREATE TABLE secret (
    name TEXT NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    node UUID NOT NULL,
    until_ms BIGINT NOT NULL
);

CREATE TABLE corp (
    corp_id UUID NOT NULL PRIMARY KEY,
    corpid TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    -- Grows with each change of settings, departments, rules or roles, so that nodes know when to read them again.
    version BIGINT NOT NULL,
    next_department_id BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX corp_corpid ON corp (corpid);

CREATE TABLE department (
    corp_id UUID NOT NULL REFERENCES corp,
    department_id BIGINT NOT NULL,
    parent_id BIGINT,
    name TEXT NOT NULL,
    ord BIGINT NOT NULL,
    PRIMARY KEY (corp_id, department_id)
);
CREATE UNIQUE INDEX department_name ON department (corp_id, parent_id, name);

CREATE TABLE person (
    person_id UUID NOT NULL PRIMARY KEY,
    mobile TEXT,
    email TEXT,
    name TEXT NOT NULL,
    language TEXT,
    theme TEXT,
    created_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX person_mobile ON person (mobile);
CREATE UNIQUE INDEX person_email ON person (email);

CREATE TABLE member (
    corp_id UUID NOT NULL REFERENCES corp,
    member_id UUID NOT NULL,
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
    status BIGINT NOT NULL,
    person_id UUID,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    left_at_ms BIGINT,
    PRIMARY KEY (corp_id, member_id)
);
CREATE UNIQUE INDEX member_userid ON member (corp_id, userid_lower);
-- A leaver keeps his number on record, and the number is free for the next.
CREATE UNIQUE INDEX member_mobile ON member (corp_id, mobile) WHERE status <> 5;
CREATE UNIQUE INDEX member_email ON member (corp_id, email) WHERE status <> 5;
CREATE INDEX member_by_mobile ON member (mobile);
CREATE INDEX member_by_person ON member (person_id);

CREATE TABLE member_department (
    corp_id UUID NOT NULL,
    member_id UUID NOT NULL,
    -- 0 is the main department.
    place BIGINT NOT NULL,
    department_id BIGINT NOT NULL,
    leads BOOLEAN NOT NULL,
    ord BIGINT NOT NULL,
    PRIMARY KEY (corp_id, member_id, place),
    FOREIGN KEY (corp_id, member_id) REFERENCES member,
    FOREIGN KEY (corp_id, department_id) REFERENCES department
);
CREATE UNIQUE INDEX member_department_by_department ON member_department (corp_id, department_id, member_id);

CREATE TABLE role_grant (
    corp_id UUID NOT NULL,
    member_id UUID NOT NULL,
    role TEXT NOT NULL,
    -- 0 is the whole corp.
    department_id BIGINT NOT NULL,
    PRIMARY KEY (corp_id, member_id, role, department_id),
    FOREIGN KEY (corp_id, member_id) REFERENCES member
);

CREATE TABLE visibility_rule (
    corp_id UUID NOT NULL REFERENCES corp,
    rule_id UUID NOT NULL,
    -- rule or grant
    sort TEXT NOT NULL,
    body TEXT NOT NULL,
    expires_at_ms BIGINT,
    PRIMARY KEY (corp_id, rule_id)
);

CREATE TABLE one_time_code (
    mobile TEXT NOT NULL PRIMARY KEY,
    code_hash BYTEA NOT NULL,
    sent_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    day BIGINT NOT NULL,
    sent_today BIGINT NOT NULL
);

CREATE TABLE session (
    session_id UUID NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL,
    person_id UUID NOT NULL REFERENCES person,
    corp_id UUID,
    member_id UUID,
    device TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    seen_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX session_token ON session (token_hash);
CREATE INDEX session_by_person ON session (person_id);
CREATE INDEX session_by_expiry ON session (expires_at_ms);

CREATE TABLE contact_request (
    -- The recipient owns the row.
    scope UUID NOT NULL,
    recipient_id UUID NOT NULL,
    request_id UUID NOT NULL,
    recipient_kind BIGINT NOT NULL,
    sender_kind BIGINT NOT NULL,
    sender_scope UUID NOT NULL,
    sender_id UUID NOT NULL,
    add_way BIGINT NOT NULL,
    message TEXT NOT NULL,
    state BIGINT NOT NULL,
    silenced BOOLEAN NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    decided_at_ms BIGINT,
    reason TEXT NOT NULL,
    PRIMARY KEY (scope, recipient_id, request_id)
);
CREATE UNIQUE INDEX contact_request_pending ON contact_request (scope, recipient_id, sender_id) WHERE state = 0;
CREATE INDEX contact_request_by_pair ON contact_request (scope, recipient_id, sender_id, request_id);
CREATE INDEX contact_request_by_sender ON contact_request (sender_scope, sender_id, request_id);
CREATE INDEX contact_request_by_expiry ON contact_request (expires_at_ms) WHERE state = 0;

CREATE TABLE contact (
    scope UUID NOT NULL,
    owner_id UUID NOT NULL,
    peer_id UUID NOT NULL,
    owner_kind BIGINT NOT NULL,
    peer_kind BIGINT NOT NULL,
    peer_scope UUID NOT NULL,
    add_way BIGINT NOT NULL,
    remark TEXT NOT NULL,
    tags TEXT NOT NULL,
    starred BOOLEAN NOT NULL,
    since_ms BIGINT NOT NULL,
    -- Set when the relation ended; kept so that an ending can be taken back.
    ended_at_ms BIGINT,
    PRIMARY KEY (scope, owner_id, peer_id)
);

CREATE TABLE block (
    scope UUID NOT NULL,
    owner_id UUID NOT NULL,
    blocked_id UUID NOT NULL,
    blocked_kind BIGINT NOT NULL,
    blocked_scope UUID NOT NULL,
    since_ms BIGINT NOT NULL,
    PRIMARY KEY (scope, owner_id, blocked_id)
);

CREATE TABLE budget (
    scope UUID NOT NULL,
    owner_id UUID NOT NULL,
    kind TEXT NOT NULL,
    day BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (scope, owner_id, kind, day)
);
CREATE INDEX budget_by_day ON budget (day);

CREATE TABLE find_ask (
    corp_id UUID NOT NULL,
    ask_id UUID NOT NULL,
    member_id UUID NOT NULL,
    query TEXT NOT NULL,
    message TEXT NOT NULL,
    -- open, answered or closed
    state TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_by UUID,
    created_at_ms BIGINT NOT NULL,
    answered_at_ms BIGINT,
    PRIMARY KEY (corp_id, ask_id),
    FOREIGN KEY (corp_id, member_id) REFERENCES member
);
CREATE UNIQUE INDEX find_ask_open ON find_ask (corp_id, member_id, query) WHERE state = 'open';

CREATE TABLE event (
    seq BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Transaction that wrote the row, so that a reader can wait for those before it (PostgreSQL).
    xid BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    event_id UUID NOT NULL,
    scope UUID NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE INDEX event_by_xid ON event (xid, seq);

CREATE TABLE audit (
    corp_id UUID NOT NULL,
    audit_id UUID NOT NULL,
    -- Place in the corp's chain; null until sealed.
    seq BIGINT,
    at_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    address TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BYTEA,
    PRIMARY KEY (corp_id, audit_id)
);
CREATE UNIQUE INDEX audit_seq ON audit (corp_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_by_object ON audit (corp_id, object, audit_id);
CREATE INDEX audit_unsealed ON audit (corp_id, audit_id) WHERE seq IS NULL;

CREATE TABLE audit_head (
    corp_id UUID NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);
