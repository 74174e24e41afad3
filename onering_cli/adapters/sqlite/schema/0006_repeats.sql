-- The sketch of every remembered post: the lowest hashes of its three-word shingles, to find near copies by.
-- A forgotten post's number is never given again, so that what is left of it here is found to be nobody's.
CREATE TABLE post_sketches (
    shingle INTEGER NOT NULL,
    post INTEGER NOT NULL,
    PRIMARY KEY (shingle, post)
) STRICT, WITHOUT ROWID;
