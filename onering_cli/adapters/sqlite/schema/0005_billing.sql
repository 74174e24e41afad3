-- RING: a ledger that is only ever appended to. Each row's hash covers the row and the hash before it.
CREATE TABLE ring_ledger (
    seq INTEGER PRIMARY KEY CHECK (seq >= 1),
    kind TEXT NOT NULL CHECK (kind IN ('EARN', 'SPEND', 'PENALTY', 'ADJUSTMENT')),
    amount INTEGER NOT NULL CHECK (amount <> 0),
    reason TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE CHECK (key <> ''),
    balance INTEGER NOT NULL,
    at TEXT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    CHECK ((kind = 'EARN') <= (amount > 0) AND (kind IN ('SPEND', 'PENALTY')) <= (amount < 0))
) STRICT;

-- One row: how long the ledger is and where it stands, so that neither a balance nor the next append reads the rows.
CREATE TABLE ring_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    rows INTEGER NOT NULL CHECK (rows >= 0),
    balance INTEGER NOT NULL,
    -- The balance as it would be if nothing had been spent; what a level goes by.
    earned INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

INSERT INTO ring_head (id, rows, balance, earned, hash) VALUES (1, 0, 0, 0, zeroblob(32));

CREATE TRIGGER ring_ledger_no_update BEFORE UPDATE ON ring_ledger BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ring_ledger_no_delete BEFORE DELETE ON ring_ledger BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

-- REPLACE would remove a row without the trigger above, so a key that is taken is refused here already.
CREATE TRIGGER ring_ledger_in_order BEFORE INSERT ON ring_ledger
WHEN NEW.seq <> (SELECT rows + 1 FROM ring_head)
    OR NEW.balance <> (SELECT balance + NEW.amount FROM ring_head)
    OR EXISTS (SELECT 1 FROM ring_ledger WHERE key = NEW.key)
BEGIN
    SELECT RAISE(ABORT, 'the row does not follow from the ledger''s end');
END;

CREATE TRIGGER ring_ledger_counted AFTER INSERT ON ring_ledger BEGIN
    UPDATE ring_head SET rows = NEW.seq, balance = NEW.balance, hash = NEW.hash,
        earned = earned + iif(NEW.kind = 'SPEND', 0, NEW.amount);
END;

CREATE TRIGGER ring_head_only_on BEFORE UPDATE ON ring_head WHEN NEW.id <> 1 OR NEW.rows <> OLD.rows + 1 BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ring_head_no_delete BEFORE DELETE ON ring_head BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

-- Every published thread with the local day it counts for, and what it earned; 0 when it came too soon.
CREATE TABLE ring_threads (
    run TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    at TEXT NOT NULL,
    thread_ring INTEGER NOT NULL CHECK (thread_ring >= 0),
    streak_ring INTEGER NOT NULL CHECK (streak_ring >= 0),
    rolled_back INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ring_threads_by_day ON ring_threads (day, thread_ring, streak_ring) WHERE rolled_back = 0;
CREATE INDEX ring_threads_that_earned ON ring_threads (at) WHERE thread_ring > 0;

-- What RING bought, under the ledger row's key.
CREATE TABLE ring_perks (
    key TEXT PRIMARY KEY,
    perk TEXT NOT NULL,
    begins_at TEXT NOT NULL,
    ends_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ring_perks_by_end ON ring_perks (perk, ends_at);

-- One row: who this store's user is to the payment service.
CREATE TABLE billing_identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    reference TEXT NOT NULL,
    -- Whether money was real when it was last asked for; NULL before that.
    live INTEGER,
    customer TEXT NOT NULL,
    -- Up to when (seconds since 1970, the service's clock) its events were looked through.
    events_mark_s INTEGER NOT NULL,
    -- Counts up: who drew a later number looked at the service later.
    tickets INTEGER NOT NULL
) STRICT;

-- Payment pages that were asked for; `session` is NULL until the service has answered.
CREATE TABLE checkouts (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    plan TEXT NOT NULL,
    price TEXT NOT NULL,
    live INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'open', 'closed')),
    session TEXT UNIQUE,
    url TEXT NOT NULL,
    request TEXT NOT NULL CHECK (json_valid(request)),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX checkouts_under_way ON checkouts (plan, price, live) WHERE state <> 'closed';

-- What was last seen of each session at the payment service, and what has been booked for it.
CREATE TABLE purchases (
    session TEXT PRIMARY KEY,
    ticket INTEGER NOT NULL,
    payment TEXT NOT NULL,
    subscription TEXT NOT NULL,
    verifies INTEGER NOT NULL,
    live INTEGER NOT NULL,
    -- Seconds since 1970; the latest decides what is shown.
    created_s INTEGER NOT NULL,
    seen TEXT NOT NULL CHECK (json_valid(seen))
) STRICT, WITHOUT ROWID;

CREATE INDEX purchases_by_payment ON purchases (payment) WHERE payment <> '';
CREATE INDEX purchases_by_subscription ON purchases (subscription) WHERE subscription <> '';
CREATE INDEX purchases_that_verify ON purchases (created_s) WHERE verifies = 1;
CREATE INDEX purchases_by_time ON purchases (created_s);

-- Signed news from the payment service, reduced to what they are about; no names, no addresses.
CREATE TABLE webhook_events (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    news TEXT NOT NULL CHECK (json_valid(news)),
    received_at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('received', 'done', 'foreign')),
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX webhook_events_open ON webhook_events (seq) WHERE outcome = 'received';
