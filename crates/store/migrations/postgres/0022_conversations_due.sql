-- Promised answers that are not there, which a job looks for every few seconds; and the lines that a person stands in, for the day on
-- which he has himself deleted.
CREATE INDEX conversation_due ON conversation (promised_at_ms)
    WHERE resolved_at_ms IS NULL AND answered_at_ms IS NULL AND handed_from IS NULL;
CREATE INDEX live_waiting_by_person ON live_waiting (person_id);
