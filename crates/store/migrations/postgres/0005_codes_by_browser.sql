-- One-time codes belong to the browser that asked, so that nobody spends another's. Codes on their way are asked for anew.
DROP TABLE one_time_code;
CREATE TABLE one_time_code (
    mobile TEXT NOT NULL,
    sent_at_ms BIGINT NOT NULL,
    browser UUID NOT NULL,
    address TEXT NOT NULL,
    code_hash BYTEA NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    day BIGINT NOT NULL,
    PRIMARY KEY (mobile, sent_at_ms, browser)
);
