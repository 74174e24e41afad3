"""How the user writes: measured from own posts, kept as a file to read and edit, held against drafts."""
