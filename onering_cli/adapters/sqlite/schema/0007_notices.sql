-- What a person was told of, so that no process tells it again too soon; told_s is seconds since 1970, in UTC.
CREATE TABLE notices (
    kind TEXT NOT NULL,
    -- "" for all accounts.
    account TEXT NOT NULL,
    -- Tells notices of one kind apart, or "".
    cause TEXT NOT NULL,
    told_s REAL NOT NULL,
    PRIMARY KEY (account, kind, cause)
) STRICT, WITHOUT ROWID;
