-- One-time codes belong to the browser that asked, so that nobody spends another's. Codes on their way are asked for anew.
DROP TABLE one_time_code;
CREATE TABLE one_time_code (
    mobile TEXT NOT NULL,
    sent_at_ms INTEGER NOT NULL,
    browser BLOB NOT NULL,
    address TEXT NOT NULL,
    code_hash BLOB NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (mobile, sent_at_ms, browser)
) STRICT, WITHOUT ROWID;
