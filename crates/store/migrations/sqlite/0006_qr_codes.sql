-- Codes of members, every scan of them, and the customers who came by them.
CREATE TABLE qr_code (
    corp_id BLOB NOT NULL,
    code_id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    -- Random name of the code, the part of its token that finds it.
    slug BLOB NOT NULL,
    name TEXT NOT NULL,
    single_use INTEGER NOT NULL,
    confirm INTEGER NOT NULL,
    -- What the card shows, as JSON.
    shown TEXT NOT NULL,
    -- Name of the member whose code it was before it was handed over.
    handed_from TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    revoked_at_ms INTEGER,
    used_at_ms INTEGER,
    PRIMARY KEY (corp_id, code_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX qr_code_slug ON qr_code (slug);
CREATE INDEX qr_code_by_owner ON qr_code (corp_id, owner_id, code_id);

CREATE TABLE scan (
    corp_id BLOB NOT NULL,
    code_id BLOB NOT NULL,
    scan_id BLOB NOT NULL,
    outcome INTEGER NOT NULL,
    -- The visitor, once he is known.
    person_id BLOB,
    address TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, code_id, scan_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer (
    corp_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    -- external_userid: how integrators of this corp name him.
    external_id TEXT NOT NULL,
    -- Code by which he came first.
    code_id BLOB,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (corp_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX customer_external ON customer (corp_id, external_id);

-- The code that was scanned.
ALTER TABLE contact_request ADD COLUMN code_id BLOB;
