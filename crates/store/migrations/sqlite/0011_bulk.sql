-- One act of an administrator on many members: who was meant, how far it has come, and what it came to for each.
CREATE TABLE bulk_act (
    corp_id BLOB NOT NULL,
    bulk_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    deed TEXT NOT NULL,
    members TEXT NOT NULL,
    total INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    undone_by BLOB,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, bulk_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bulk_act_by_time ON bulk_act (created_at_ms);

CREATE TABLE bulk_part (
    corp_id BLOB NOT NULL,
    bulk_id BLOB NOT NULL,
    first INTEGER NOT NULL,
    results TEXT NOT NULL,
    PRIMARY KEY (corp_id, bulk_id, first),
    FOREIGN KEY (corp_id, bulk_id) REFERENCES bulk_act ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Roles that somebody held when he was disabled or left, to be given back with a reactivation.
CREATE TABLE role_taken (
    corp_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    role TEXT NOT NULL,
    -- 0 is the whole corp.
    department_id INTEGER NOT NULL,
    PRIMARY KEY (corp_id, member_id, role, department_id),
    FOREIGN KEY (corp_id, member_id) REFERENCES member
) STRICT, WITHOUT ROWID;
