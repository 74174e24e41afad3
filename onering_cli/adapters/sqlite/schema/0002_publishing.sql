-- Where elapsed time matters, a moment is kept on both clocks: _wall_s (seconds since 1970) and _steady_s (monotonic).

CREATE TABLE runs (
    -- Counts up, so that runs keep their order whatever the clock did.
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (length(id) = 10 AND id NOT GLOB '*[^0-9a-hjkmnp-tv-z]*'),
    account TEXT NOT NULL,
    draft TEXT NOT NULL,
    -- NULL when the caller gave none.
    key TEXT CHECK (key <> ''),
    payload_hash TEXT NOT NULL,
    form TEXT NOT NULL,
    reply_to_id TEXT NOT NULL,
    strict INTEGER NOT NULL,
    -- Follows from the segments; stored so that lists need not read them.
    status TEXT NOT NULL,
    rolling_back INTEGER NOT NULL,
    spent_usd_milli INTEGER NOT NULL,
    -- What is still to come, and in which month's spending it is reserved.
    reserved_month TEXT NOT NULL,
    reserved_usd_milli INTEGER NOT NULL CHECK (reserved_usd_milli >= 0),
    warnings TEXT NOT NULL CHECK (json_valid(warnings)),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    fence INTEGER NOT NULL,
    lease_owner TEXT,
    lease_wall_s REAL,
    lease_steady_s REAL,
    lease_s REAL
) STRICT;

CREATE UNIQUE INDEX runs_by_key ON runs (account, key) WHERE key IS NOT NULL;
CREATE INDEX runs_by_draft ON runs (account, draft);
CREATE INDEX runs_by_start ON runs (account, created_at);
CREATE INDEX runs_unfinished ON runs (seq) WHERE status NOT IN ('posted', 'rolled_back');

CREATE TABLE segments (
    run INTEGER NOT NULL REFERENCES runs (seq),
    position INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    uploads TEXT NOT NULL CHECK (json_valid(uploads)),
    key TEXT NOT NULL,
    watermark TEXT,
    attempt INTEGER NOT NULL,
    attempted_wall_s REAL,
    attempted_steady_s REAL,
    unanswered INTEGER NOT NULL,
    looks INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    pause_wall_s REAL,
    pause_steady_s REAL,
    pause_s REAL,
    remote_id TEXT NOT NULL,
    url TEXT NOT NULL,
    payload_hash TEXT NOT NULL,
    likeness TEXT NOT NULL,
    weight INTEGER NOT NULL,
    cost_usd_milli INTEGER NOT NULL,
    -- Frozen; last, because it may be long.
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    PRIMARY KEY (run, position)
) STRICT;

CREATE INDEX segments_by_remote_id ON segments (remote_id) WHERE remote_id <> '';
CREATE INDEX segments_by_likeness ON segments (likeness) WHERE likeness <> '';

CREATE TABLE account_notes (
    account TEXT PRIMARY KEY,
    block TEXT NOT NULL,
    block_detail TEXT NOT NULL,
    replies_refused_at TEXT
) STRICT, WITHOUT ROWID;

-- One row an account and calendar month (UTC), so that a budget is checked without adding up runs.
CREATE TABLE spending (
    account TEXT NOT NULL,
    month TEXT NOT NULL,
    spent_usd_milli INTEGER NOT NULL,
    reserved_usd_milli INTEGER NOT NULL,
    PRIMARY KEY (account, month)
) STRICT, WITHOUT ROWID;
