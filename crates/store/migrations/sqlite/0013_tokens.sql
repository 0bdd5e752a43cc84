-- Tokens of programs, and answers to requests that may be sent twice.
CREATE TABLE access_token (
    corp_id BLOB NOT NULL,
    token_id BLOB NOT NULL,
    -- Only a hash of the token is kept.
    token_hash BLOB NOT NULL,
    -- Whose token it is; none for one of the company's own.
    member_id BLOB,
    -- Who made it.
    made_by BLOB NOT NULL,
    name TEXT NOT NULL,
    -- Scopes and roles as JSON.
    scopes TEXT NOT NULL,
    roles TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    used_at_ms INTEGER,
    revoked_at_ms INTEGER,
    PRIMARY KEY (corp_id, token_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX access_token_hash ON access_token (token_hash);
CREATE INDEX access_token_by_member ON access_token (corp_id, member_id);

CREATE TABLE idempotency (
    corp_id BLOB NOT NULL,
    token_id BLOB NOT NULL,
    idem_key TEXT NOT NULL,
    -- Hash of what was asked for.
    request_hash BLOB NOT NULL,
    -- The first answer, as JSON.
    answer TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, token_id, idem_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_time ON idempotency (created_at_ms);
