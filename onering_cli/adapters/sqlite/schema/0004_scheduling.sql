-- What is to be posted, and when; a time that ends in _s is seconds since 1970, in UTC.
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (length(id) = 10 AND id NOT GLOB '*[^0-9a-hjkmnp-tv-z]*'),
    -- The id of the first entry of a series; its own when it stands alone.
    series TEXT NOT NULL,
    occurrence INTEGER NOT NULL CHECK (occurrence >= 1),
    account TEXT NOT NULL,
    -- "" until a rotation has chosen one.
    draft TEXT NOT NULL,
    tag TEXT NOT NULL DEFAULT '',
    cool_down_s REAL NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    due_s REAL NOT NULL,
    -- When it is to be acted on: its due time, or a later one after a try that came too early.
    act_s REAL NOT NULL,
    zone TEXT NOT NULL,
    note TEXT NOT NULL,
    -- "" and NULL: as the account has it.
    late TEXT NOT NULL,
    max_late_s REAL,
    -- "" when nothing follows; the next occurrence takes the rule with it.
    cron TEXT NOT NULL DEFAULT '',
    until_s REAL,
    more INTEGER CHECK (more >= 0),
    run TEXT NOT NULL DEFAULT '',
    take INTEGER NOT NULL DEFAULT 1,
    cause TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    stands_for INTEGER NOT NULL DEFAULT 1 CHECK (stands_for >= 1),
    deaths INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    settled_at TEXT,
    fence INTEGER NOT NULL DEFAULT 0,
    lease_owner TEXT,
    lease_host TEXT,
    lease_wall_s REAL,
    lease_steady_s REAL,
    lease_s REAL,
    options TEXT NOT NULL CHECK (json_valid(options)),
    -- The draft file as it was when it was scheduled, if that is what is to be posted; last, because it may be long.
    frozen TEXT
) STRICT;

CREATE INDEX entries_due ON entries (account, act_s, seq) WHERE state = 'scheduled';
CREATE INDEX entries_claimed ON entries (act_s, seq) WHERE state = 'claimed';
CREATE INDEX entries_open ON entries (due_s, seq) WHERE state <> 'posted';
CREATE INDEX entries_unsettled ON entries (due_s, seq) WHERE state IN ('missed', 'asking', 'failed');
CREATE INDEX entries_failed ON entries (run) WHERE state = 'failed';

-- One row for each account that has had an entry, and one named "" for the whole queue.
CREATE TABLE gates (
    account TEXT PRIMARY KEY,
    paused INTEGER NOT NULL DEFAULT 0,
    -- Closed from since_s for so long; a clock set back before since_s opens it.
    since_s REAL NOT NULL DEFAULT 0,
    closed_s REAL NOT NULL DEFAULT 0,
    -- Waiting until then does not make an entry late: the account's own limit made it wait.
    excused_s REAL NOT NULL DEFAULT 0,
    cause TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE slots (
    account TEXT NOT NULL,
    -- As the user says it: mon-fri 09:30.
    spec TEXT NOT NULL,
    zone TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account, spec, zone)
) STRICT, WITHOUT ROWID;

-- The number in the last id given: ids name runs' idempotency keys, so none is ever given twice.
CREATE TABLE entry_numbers (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last INTEGER NOT NULL
) STRICT;

INSERT INTO entry_numbers (id, last) VALUES (1, 0);
