-- Pictures of members, small and square. The account names its picture by the hash of it, so that no address ever changes what it shows.
CREATE TABLE avatar (
    corp_id UUID NOT NULL,
    member_id UUID NOT NULL,
    avatar_id UUID NOT NULL,
    picture BYTEA NOT NULL,
    created_at_ms BIGINT NOT NULL,
    -- Taken off, but to be had back for a while.
    removed_at_ms BIGINT,
    PRIMARY KEY (corp_id, member_id),
    FOREIGN KEY (corp_id, member_id) REFERENCES member
);
CREATE INDEX avatar_removed ON avatar (removed_at_ms);

ALTER TABLE member ADD COLUMN avatar_id UUID;
