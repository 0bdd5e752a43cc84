-- What figures of live codes are read by: the hour first, whatever the code; and who waits.
CREATE INDEX live_tally_by_hour ON live_tally (corp_id, hour_ms);
CREATE INDEX conversation_by_opening ON conversation (corp_id, opened_at_ms);
CREATE INDEX conversation_waiting ON conversation (corp_id, waits_since_ms) WHERE waits_since_ms IS NOT NULL;
