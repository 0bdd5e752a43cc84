-- Where each chain begins once retention has removed entries from its beginning; and pages of the log by action and actor.
CREATE TABLE audit_base (
    corp_id BLOB NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_by_action ON audit (corp_id, action, audit_id);
CREATE INDEX audit_by_actor ON audit (corp_id, actor, action, audit_id);
