-- Disabled and left members are few among many; whoever looks for one of them by name reads these alone.
CREATE INDEX member_gone ON member (corp_id, member_id) WHERE status IN (2, 5);
