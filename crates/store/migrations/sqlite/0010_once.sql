-- What a form came to that makes something: sent twice, it is answered with the first result.
CREATE TABLE once (
    corp_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    once_id BLOB NOT NULL,
    result TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, member_id, once_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX once_by_time ON once (created_at_ms);
