-- One act of an administrator on many members: who was meant, how far it has come, and what it came to for each.
CREATE TABLE bulk_act (
    corp_id UUID NOT NULL,
    bulk_id UUID NOT NULL,
    member_id UUID NOT NULL,
    deed TEXT NOT NULL,
    members TEXT NOT NULL,
    total BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    undone_by UUID,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    PRIMARY KEY (corp_id, bulk_id)
);
CREATE INDEX bulk_act_by_time ON bulk_act (created_at_ms);

CREATE TABLE bulk_part (
    corp_id UUID NOT NULL,
    bulk_id UUID NOT NULL,
    first BIGINT NOT NULL,
    results TEXT NOT NULL,
    PRIMARY KEY (corp_id, bulk_id, first),
    FOREIGN KEY (corp_id, bulk_id) REFERENCES bulk_act ON DELETE CASCADE
);

-- Roles that somebody held when he was disabled or left, to be given back with a reactivation.
CREATE TABLE role_taken (
    corp_id UUID NOT NULL,
    member_id UUID NOT NULL,
    role TEXT NOT NULL,
    -- 0 is the whole corp.
    department_id BIGINT NOT NULL,
    PRIMARY KEY (corp_id, member_id, role, department_id),
    FOREIGN KEY (corp_id, member_id) REFERENCES member
);
