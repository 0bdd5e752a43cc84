-- Pictures of members, small and square. The account names its picture by the hash of it, so that no address ever changes what it shows.
CREATE TABLE avatar (
    corp_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    avatar_id BLOB NOT NULL,
    picture BLOB NOT NULL,
    created_at_ms INTEGER NOT NULL,
    -- Taken off, but to be had back for a while.
    removed_at_ms INTEGER,
    PRIMARY KEY (corp_id, member_id),
    FOREIGN KEY (corp_id, member_id) REFERENCES member
) STRICT;
CREATE INDEX avatar_removed ON avatar (removed_at_ms);

ALTER TABLE member ADD COLUMN avatar_id BLOB;
