-- What came of each recipient of a batch of requests, for its sender to read again.
CREATE TABLE request_batch (
    corp_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    batch_id BLOB NOT NULL,
    message TEXT NOT NULL,
    results TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, member_id, batch_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_batch_by_time ON request_batch (created_at_ms);
