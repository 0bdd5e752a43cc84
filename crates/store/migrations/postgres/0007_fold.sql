-- `fold(text)` is lower case in every script, whatever locale the database was made with. A server built without ICU has
-- nothing but that locale.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu') THEN
        CREATE FUNCTION fold(TEXT) RETURNS TEXT LANGUAGE SQL IMMUTABLE PARALLEL SAFE
            AS 'SELECT lower($1 COLLATE "und-x-icu")';
    ELSE
        CREATE FUNCTION fold(TEXT) RETURNS TEXT LANGUAGE SQL IMMUTABLE PARALLEL SAFE
            AS 'SELECT lower($1)';
    END IF;
END
$$;
