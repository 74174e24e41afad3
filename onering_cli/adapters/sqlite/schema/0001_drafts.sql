-- A draft without its texts: what lists show is stored when it is saved, so that no list parses a draft.
CREATE TABLE drafts (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (length(id) = 10 AND id NOT GLOB '*[^0-9a-hjkmnp-tv-z]*'),
    revision INTEGER NOT NULL CHECK (revision >= 1),
    -- The number of its last save among all saves: their order, whatever the clock did.
    saved INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    removed_at TEXT,
    title TEXT NOT NULL,
    opening TEXT NOT NULL,
    posts INTEGER NOT NULL CHECK (posts >= 0),
    account TEXT NOT NULL,
    -- Last, because it may be long: SQLite reads a row only as far as it is asked for.
    provenance TEXT NOT NULL CHECK (json_valid(provenance))
) STRICT;

CREATE UNIQUE INDEX drafts_kept ON drafts (saved) WHERE removed_at IS NULL;
CREATE INDEX drafts_kept_of_account ON drafts (account, saved) WHERE removed_at IS NULL;
CREATE INDEX drafts_removed ON drafts (removed_at, seq) WHERE removed_at IS NOT NULL;

-- Every saved state of a draft, the current one included.
CREATE TABLE draft_revisions (
    draft INTEGER NOT NULL REFERENCES drafts (seq) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number >= 1),
    saved_at TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (draft, number)
) STRICT;

-- One row, so that counting drafts does not read them.
CREATE TABLE draft_counts (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    kept INTEGER NOT NULL CHECK (kept >= 0),
    removed INTEGER NOT NULL CHECK (removed >= 0),
    saves INTEGER NOT NULL CHECK (saves >= 0)
) STRICT;

INSERT INTO draft_counts (id, kept, removed, saves) VALUES (1, 0, 0, 0);

CREATE TRIGGER drafts_counted_in AFTER INSERT ON drafts BEGIN
    UPDATE draft_counts SET kept = kept + (NEW.removed_at IS NULL), removed = removed + (NEW.removed_at IS NOT NULL);
END;

CREATE TRIGGER drafts_counted_over AFTER UPDATE OF removed_at ON drafts BEGIN
    UPDATE draft_counts SET
        kept = kept - (OLD.removed_at IS NULL) + (NEW.removed_at IS NULL),
        removed = removed - (OLD.removed_at IS NOT NULL) + (NEW.removed_at IS NOT NULL);
END;

CREATE TRIGGER drafts_counted_out AFTER DELETE ON drafts BEGIN
    UPDATE draft_counts SET kept = kept - (OLD.removed_at IS NULL), removed = removed - (OLD.removed_at IS NOT NULL);
    DELETE FROM draft_words WHERE rowid = OLD.seq;
END;

-- The words of every draft, by its seq; what full_text.py makes of the texts before they come here belongs to it.
CREATE VIRTUAL TABLE draft_words USING fts5 (title, body, tokenize = 'unicode61 remove_diacritics 2', prefix = '3 4');

INSERT INTO draft_words (draft_words, rank) VALUES ('rank', 'bm25(4.0, 1.0)');
