-- With the state inside, the index alone tells who is gone.
DROP INDEX member_gone;
CREATE INDEX member_gone ON member (corp_id, status, member_id) WHERE status IN (2, 5);
