-- Whose posts are remembered: an account's name within OneRing, at a platform.
CREATE TABLE memory_accounts (
    seq INTEGER PRIMARY KEY,
    platform TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (platform, name)
) STRICT;

-- Where posts came from: a file with its fingerprint, or OneRing's own posting (fingerprint '').
CREATE TABLE memory_sources (
    seq INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    -- What tells this content from any other, so that an import of the same content goes on where it stopped.
    fingerprint TEXT NOT NULL,
    account TEXT NOT NULL,
    began_at TEXT NOT NULL,
    finished_at TEXT,
    -- How many entries of it are dealt with, durably.
    position INTEGER NOT NULL DEFAULT 0 CHECK (position >= 0),
    UNIQUE (fingerprint, format, account)
) STRICT;

-- A published post is never changed, only added and forgotten; its number is never given twice (AUTOINCREMENT), so that
-- "embedded up to number N" says all and what is left of a forgotten post elsewhere is never taken for another's.
CREATE TABLE posts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES memory_accounts (seq),
    source INTEGER NOT NULL REFERENCES memory_sources (seq),
    platform TEXT NOT NULL,
    -- '' where the source gives none: then `digest`, of platform, account, time and text, tells posts apart.
    remote_id TEXT NOT NULL,
    digest TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('post', 'thread', 'reply', 'quote', 'article', 'note')),
    -- Milliseconds since 1970; -(1 << 62) when it is unknown, so that pages can be read by it.
    published_ms INTEGER NOT NULL,
    -- The first post's number, also in the first post itself, and the place from 1; NULL outside threads.
    thread INTEGER,
    position INTEGER,
    in_reply_to TEXT NOT NULL,
    language TEXT NOT NULL,
    -- 64 bits of the normalised text, for exact lookups; NULL for a text without a word.
    likeness INTEGER,
    url TEXT NOT NULL,
    media TEXT NOT NULL CHECK (media = '' OR json_valid(media)),
    text TEXT NOT NULL,
    CHECK ((remote_id = '') = (digest IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX posts_by_remote_id ON posts (remote_id, platform) WHERE remote_id <> '';
CREATE UNIQUE INDEX posts_by_digest ON posts (digest) WHERE digest IS NOT NULL;
CREATE INDEX posts_by_time ON posts (account, published_ms, seq);
CREATE INDEX posts_by_moment ON posts (published_ms, seq);
CREATE INDEX posts_by_likeness ON posts (likeness) WHERE likeness IS NOT NULL;
CREATE INDEX posts_by_thread ON posts (thread, position) WHERE thread IS NOT NULL;
CREATE INDEX posts_by_parent ON posts (in_reply_to, platform) WHERE in_reply_to <> '';
CREATE INDEX posts_by_source ON posts (source);

-- What became of a post, as a time series; NULL is "not told".
CREATE TABLE post_metrics (
    post INTEGER NOT NULL REFERENCES posts (seq) ON DELETE CASCADE,
    at_ms INTEGER NOT NULL,
    likes INTEGER,
    reposts INTEGER,
    replies INTEGER,
    quotes INTEGER,
    impressions INTEGER,
    bookmarks INTEGER,
    PRIMARY KEY (post, at_ms)
) STRICT, WITHOUT ROWID;

-- The words of every post, by its number. The texts are not kept a second time.
CREATE VIRTUAL TABLE post_words USING fts5 (
    body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER posts_words_out AFTER DELETE ON posts BEGIN
    DELETE FROM post_words WHERE rowid = OLD.seq;
END;

-- Who made the vectors, and how far. Each embedder has two tables named by its number: vectors, and codes for sqlite-vec.
CREATE TABLE memory_embedders (
    seq INTEGER PRIMARY KEY,
    model TEXT NOT NULL UNIQUE,
    dimension INTEGER NOT NULL CHECK (dimension > 0),
    -- The one whose vectors are searched; another one is in the making until it has caught up.
    current INTEGER NOT NULL CHECK (current IN (0, 1)),
    embedded_through INTEGER NOT NULL DEFAULT 0
) STRICT;
