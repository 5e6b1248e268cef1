"""What a library's tables hold, and how the tables of an older one become those of a newer one.

Plain SQL can ask them all: `sqlite3` and datasette read them while a run writes. Moments are UTC in
ISO 8601; lists and origins are JSON; hashes are little-endian arrays of unsigned 64-bit numbers.
"""

__all__ = ["APPLICATION", "MIGRATIONS", "READABLE", "VERSION", "WEB"]

APPLICATION = 0x46494C49
"""SQLite's `application_id` of a library: FILI."""

_FIRST = """
CREATE TABLE outlet (
    key TEXT NOT NULL PRIMARY KEY,      -- of the catalogue, else the name's letters and digits
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE article (
    number INTEGER PRIMARY KEY,         -- in the order of adding
    id TEXT NOT NULL UNIQUE,
    page TEXT NOT NULL,                 -- what makes two texts versions of one page: its address, ...
    version INTEGER NOT NULL,           -- of the page, from 1
    first INTEGER NOT NULL,             -- number of the page's first version
    sha256 BLOB NOT NULL,               -- of the text in UTF-8
    url TEXT,
    canonical_url TEXT,
    og_url TEXT,
    outlet TEXT,                        -- key of the catalogue
    outlet_name TEXT,
    home TEXT REFERENCES outlet (key),  -- what tells outlets apart, catalogued or not
    title TEXT,
    byline TEXT,
    language TEXT,
    earliest TEXT,
    latest TEXT,
    precision TEXT,
    dates_disagree INTEGER NOT NULL,
    words INTEGER NOT NULL,             -- of the text, what is set aside left out
    kind TEXT NOT NULL,                 -- the page's own account of itself
    origin TEXT NOT NULL,               -- JSON
    chain TEXT NOT NULL,                -- JSON
    languages TEXT NOT NULL,            -- JSON
    aside TEXT NOT NULL,                -- JSON: runs that never count as shared text
    marks TEXT NOT NULL,                -- JSON
    notes TEXT NOT NULL,                -- JSON
    input TEXT NOT NULL,
    markdown INTEGER NOT NULL,          -- whether the text holds Markdown's marks
    lines BLOB,                         -- zlib JSON; NULL where the text itself gives them
    text TEXT NOT NULL,
    UNIQUE (page, sha256)
) STRICT;
-- All that an audit wants of every article at once, without passing through the texts.
CREATE INDEX article_columns
    ON article (number, id, first, home, earliest, latest, language, words, title);
-- Saved pages: their address is only what they claim of themselves.
CREATE INDEX article_claimed ON article (number, canonical_url, og_url) WHERE url IS NULL;
CREATE INDEX article_first ON article (first);

CREATE TABLE date_witness (
    article INTEGER NOT NULL REFERENCES article (number),
    place INTEGER NOT NULL,
    kind TEXT NOT NULL,
    earliest TEXT NOT NULL,
    latest TEXT NOT NULL,
    precision TEXT NOT NULL,
    quote TEXT NOT NULL,
    locator TEXT,
    PRIMARY KEY (article, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE credit (
    article INTEGER NOT NULL REFERENCES article (number),
    place INTEGER NOT NULL,
    role TEXT NOT NULL,
    name TEXT,
    outlet TEXT,
    url TEXT,
    title TEXT,
    language TEXT,
    published TEXT,
    quote TEXT NOT NULL,
    start INTEGER,
    "end" INTEGER,
    locator TEXT,
    rule TEXT NOT NULL,
    strength REAL NOT NULL,
    PRIMARY KEY (article, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE fingerprint (
    article INTEGER PRIMARY KEY REFERENCES article (number),
    method INTEGER NOT NULL,
    sentences BLOB NOT NULL,            -- before the grams: to read it, SQLite reads what precedes
    grams BLOB NOT NULL
) STRICT;

CREATE TABLE intake (                   -- what was read of which file, to go on at the exact row
    number INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,          -- absolute
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    columns TEXT NOT NULL,              -- JSON: which columns were named
    rows_done INTEGER NOT NULL,
    done INTEGER NOT NULL,              -- whether it was read to its end
    articles INTEGER NOT NULL,
    versions INTEGER NOT NULL,
    known INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    lost TEXT NOT NULL                  -- JSON: the first of those skipped, and why
) STRICT;

CREATE TABLE capture (                  -- each time that a page was met
    article INTEGER NOT NULL REFERENCES article (number),
    intake INTEGER NOT NULL REFERENCES intake (number),
    row INTEGER NOT NULL,
    id TEXT NOT NULL,                   -- as the input gives it
    url TEXT,                           -- likewise
    captured TEXT,                      -- when an archive captured it
    added TEXT NOT NULL,
    sha256 BLOB,                        -- of the raw bytes, where there are any
    PRIMARY KEY (article, intake, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
    number INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    version TEXT NOT NULL,              -- of the program
    started TEXT NOT NULL,
    ended TEXT,
    outcome TEXT NOT NULL,              -- running, done, interrupted, failed
    counts TEXT NOT NULL                -- JSON
) STRICT;

CREATE TABLE writer (                   -- who writes at present, one row at the most
    one INTEGER PRIMARY KEY CHECK (one = 1),
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    born TEXT NOT NULL,                 -- tells a process from a later one of the same number
    command TEXT NOT NULL,
    beat REAL NOT NULL                  -- when it last gave a sign, in seconds since 1970
) STRICT;

-- What audits have worked out, kept so that the next one need not: by what it depends on.
CREATE TABLE alignment (
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    key BLOB NOT NULL,
    found BLOB,
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

-- What the last audit found.
CREATE TABLE house (
    outlet TEXT NOT NULL,
    sentence INTEGER NOT NULL,          -- its hash
    text TEXT NOT NULL,
    articles INTEGER NOT NULL,
    PRIMARY KEY (outlet, sentence)
) STRICT, WITHOUT ROWID;
CREATE TABLE match (
    a INTEGER NOT NULL REFERENCES article (number),
    b INTEGER NOT NULL REFERENCES article (number),
    score REAL NOT NULL,
    coverage_a REAL NOT NULL,
    coverage_b REAL NOT NULL,
    similarity REAL NOT NULL,
    shared_words INTEGER NOT NULL,
    kind TEXT NOT NULL,                 -- JSON
    passages TEXT NOT NULL,             -- JSON
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX match_b ON match (b);
CREATE TABLE grouping (
    article INTEGER PRIMARY KEY REFERENCES article (number),
    "group" TEXT NOT NULL
) STRICT;
CREATE INDEX grouping_group ON grouping ("group");
CREATE TABLE hop (
    number INTEGER PRIMARY KEY,
    "group" TEXT NOT NULL,
    parent INTEGER REFERENCES article (number),     -- NULL where nobody has seen it
    child INTEGER REFERENCES article (number),
    parent_name TEXT,
    child_name TEXT,
    kind TEXT NOT NULL,                 -- JSON
    standing TEXT NOT NULL,
    probability REAL NOT NULL,
    shape TEXT NOT NULL                 -- JSON, with its evidence
) STRICT;
CREATE INDEX hop_parent ON hop (parent);
CREATE INDEX hop_child ON hop (child);
"""

WEB = """
CREATE TABLE body (                     -- what servers sent, once each
    sha256 BLOB NOT NULL PRIMARY KEY,
    data BLOB NOT NULL                  -- zlib; below it a Content-Encoding is still on
) STRICT;

CREATE TABLE fetch (                    -- an address asked for, and what came of it
    number INTEGER PRIMARY KEY,
    run INTEGER REFERENCES run (number),
    url TEXT NOT NULL,                  -- as asked
    outcome TEXT NOT NULL,
    says TEXT NOT NULL,
    length INTEGER NOT NULL,            -- of the last body, unpacked, as far as it was taken
    of INTEGER REFERENCES fetch (number) -- whose last body it has, where the server said: unchanged
) STRICT;

CREATE TABLE exchange (                 -- the requests of a fetch and their answers, in order
    number INTEGER PRIMARY KEY,
    fetch INTEGER NOT NULL REFERENCES fetch (number),
    place INTEGER NOT NULL,
    question TEXT NOT NULL,             -- what makes two requests the same one
    url TEXT NOT NULL,
    method TEXT NOT NULL,
    sent TEXT NOT NULL,
    seconds REAL NOT NULL,
    request_headers TEXT NOT NULL,      -- JSON: [[name, value], ...], secrets left out
    request_body BLOB NOT NULL,
    status INTEGER NOT NULL,            -- 0 where no answer came
    reason TEXT NOT NULL,
    http_version TEXT NOT NULL,
    headers TEXT NOT NULL,              -- JSON
    body BLOB REFERENCES body (sha256), -- NULL where it is empty
    whole INTEGER NOT NULL,
    address TEXT NOT NULL,              -- of the network, that was dialled
    outcome TEXT NOT NULL,
    says TEXT NOT NULL,
    UNIQUE (fetch, place)
) STRICT;
CREATE INDEX exchange_question ON exchange (question);

CREATE TABLE host (                     -- hosts that asked to be left alone
    host TEXT NOT NULL PRIMARY KEY,
    until TEXT NOT NULL,
    says TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
"""What was fetched. A run without a library keeps it in tables of the same shape."""

_COLLECTING = """
CREATE TABLE source (                   -- addresses that articles are collected from
    number INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,       -- as named
    kind TEXT,                          -- feed, sitemap, site, page; NULL before it is known
    since TEXT,                         -- from when on articles are wanted
    begun TEXT NOT NULL,                -- of the round at hand, else of the last one
    ended TEXT,                         -- NULL while there is one at hand
    listed INTEGER NOT NULL,            -- whether the round has read what the source lists
    outcome TEXT,                       -- of reading that
    says TEXT
) STRICT;

CREATE TABLE frontier (                 -- the pages that the sources list
    source INTEGER NOT NULL REFERENCES source (number),
    place INTEGER NOT NULL,             -- in the order of listing, from 1
    page TEXT NOT NULL,                 -- as in `article`
    url TEXT NOT NULL,
    published TEXT,                     -- as listed
    modified TEXT,                      -- likewise
    finder TEXT NOT NULL,               -- what listed it: feed, sitemap, wordpress, ...
    stamp TEXT NOT NULL,                -- another one means that the page has changed
    wanted INTEGER NOT NULL,            -- whether it is still to be fetched
    outcome TEXT,                       -- of the last time; NULL where there was none
    says TEXT,
    PRIMARY KEY (source, place),
    UNIQUE (source, page)
) STRICT, WITHOUT ROWID;
CREATE INDEX frontier_wanted ON frontier (source, place) WHERE wanted;
"""

_KEYS = """
CREATE TABLE keys (                     -- what of an article is found again in its translation
    article INTEGER PRIMARY KEY REFERENCES article (number),
    method INTEGER NOT NULL,
    many INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    weights BLOB NOT NULL               -- a byte each
) STRICT;
CREATE INDEX keys_method ON keys (method, article, many);

-- The index over these keys: a part for most articles, parts for those that came since.
CREATE TABLE across_part (
    number INTEGER PRIMARY KEY,
    ready INTEGER NOT NULL,             -- 0 while it is being made
    method TEXT NOT NULL,               -- of making keys, and of scoring
    articles INTEGER NOT NULL,
    last INTEGER NOT NULL,              -- the highest number among them
    languages TEXT NOT NULL,            -- JSON: those that its articles are in
    means TEXT NOT NULL                 -- JSON: resemblance to the samples of each language
) STRICT;
CREATE TABLE across_array (             -- one value for each article of a part, and its samples
    part INTEGER NOT NULL REFERENCES across_part (number),
    name TEXT NOT NULL,
    data BLOB NOT NULL,
    sum INTEGER NOT NULL,               -- CRC-32
    PRIMARY KEY (part, name)
) STRICT;
CREATE TABLE across_postings (          -- keys in order, with the articles that have each
    number INTEGER PRIMARY KEY,         -- of the part, times 2^32, and the place in it
    keys BLOB NOT NULL,                 -- hashes, frequencies, counts of postings
    postings BLOB NOT NULL,             -- rows of articles, weights
    sum INTEGER NOT NULL                -- CRC-32 of both
) STRICT;
"""

_JUDGED = """
-- What audits have judged, kept likewise: by a hash of all that it depends on.
CREATE TABLE judgement (
    key BLOB NOT NULL PRIMARY KEY,
    groups TEXT NOT NULL                -- JSON
) STRICT;
"""

_LISTED = """
-- Also all that an audit tells of every article, and asks of its page's own account.
DROP INDEX article_columns;
CREATE INDEX article_columns ON article (number, id, first, home, earliest, latest, language, words,
    title, kind, outlet, outlet_name, url, byline, precision, input);
"""

MIGRATIONS = (_FIRST, WEB + _COLLECTING, _KEYS, _JUDGED, _LISTED)
"""What makes version n + 1 of a library of version n; SQLite's `user_version` says which it is."""
VERSION = len(MIGRATIONS)
"""Version of the libraries that this program writes."""
READABLE = 2
"""Oldest version that can be read as it is: what a newer one has besides is made when it is needed."""
