-- Messages that each endpoint was told: what it sees as a sequence. It goes on from the number of the line, which was shown before.
ALTER TABLE webhook ADD COLUMN told BIGINT NOT NULL DEFAULT 0;
UPDATE webhook SET told = (SELECT place FROM webhook_cursor WHERE cursor_id = 1);
