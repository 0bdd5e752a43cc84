-- The logo of a company, small and square. The company names it by the hash of it, so that no address ever changes what it shows.
CREATE TABLE corp_logo (
    corp_id BLOB PRIMARY KEY REFERENCES corp,
    logo_id BLOB NOT NULL,
    picture BLOB NOT NULL,
    created_at_ms INTEGER NOT NULL,
    -- Taken off, but to be had back for a while.
    removed_at_ms INTEGER
) STRICT;
CREATE INDEX corp_logo_removed ON corp_logo (removed_at_ms);

ALTER TABLE corp ADD COLUMN logo_id BLOB;
