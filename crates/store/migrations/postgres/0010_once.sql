-- What a form came to that makes something: sent twice, it is answered with the first result.
CREATE TABLE once (
    corp_id UUID NOT NULL,
    member_id UUID NOT NULL,
    once_id UUID NOT NULL,
    result TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (corp_id, member_id, once_id)
);
CREATE INDEX once_by_time ON once (created_at_ms);
