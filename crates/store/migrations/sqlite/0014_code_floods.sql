-- Scans that were slowed are kept as one row for many; a one-time code that was used can be sent again.
ALTER TABLE scan ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
ALTER TABLE one_time_code ADD COLUMN used_at_ms INTEGER;
ALTER TABLE one_time_code ADD COLUMN session_id BLOB;
-- Who may find a person by his number: 0 everybody, 1 companies in which he has a contact, 2 nobody.
ALTER TABLE person ADD COLUMN found_by INTEGER NOT NULL DEFAULT 0;
