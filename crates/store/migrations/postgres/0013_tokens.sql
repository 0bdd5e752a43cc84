-- Tokens of programs, and answers to requests that may be sent twice.
CREATE TABLE access_token (
    corp_id UUID NOT NULL,
    token_id UUID NOT NULL,
    -- Only a hash of the token is kept.
    token_hash BYTEA NOT NULL,
    -- Whose token it is; none for one of the company's own.
    member_id UUID,
    -- Who made it.
    made_by UUID NOT NULL,
    name TEXT NOT NULL,
    -- Scopes and roles as JSON.
    scopes TEXT NOT NULL,
    roles TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    used_at_ms BIGINT,
    revoked_at_ms BIGINT,
    PRIMARY KEY (corp_id, token_id)
);
CREATE UNIQUE INDEX access_token_hash ON access_token (token_hash);
CREATE INDEX access_token_by_member ON access_token (corp_id, member_id);

CREATE TABLE idempotency (
    corp_id UUID NOT NULL,
    token_id UUID NOT NULL,
    idem_key TEXT NOT NULL,
    -- Hash of what was asked for.
    request_hash BYTEA NOT NULL,
    -- The first answer, as JSON.
    answer TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (corp_id, token_id, idem_key)
);
CREATE INDEX idempotency_by_time ON idempotency (created_at_ms);
