-- What a careful engineer would write by hand for the same screens: the tables, indexes, counters and search of a
-- casekit file, without hashes, salts and commitments.

CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    code TEXT NOT NULL,
    facts TEXT NOT NULL,                 -- JSON
    personal TEXT,                       -- JSON
    UNIQUE (kind, id, revision)
) STRICT;

CREATE TABLE customers (
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE cases (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    case_type BLOB NOT NULL,
    stage TEXT NOT NULL,
    category INTEGER NOT NULL,
    holder TEXT NOT NULL,
    customer BLOB,
    raised_by TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    title TEXT NOT NULL,
    description TEXT
) STRICT;

CREATE INDEX cases_by_raised ON cases (raised_at);
CREATE INDEX cases_by_updated ON cases (updated_at);
CREATE INDEX cases_by_raiser ON cases (raised_by);
CREATE INDEX cases_by_customer ON cases (customer) WHERE customer IS NOT NULL;
CREATE INDEX cases_by_group ON cases (case_type, stage, holder);

CREATE TABLE case_counts (
    case_type BLOB NOT NULL,
    stage TEXT NOT NULL,
    holder TEXT NOT NULL,
    category INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (case_type, stage, holder, category)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_counts_by_holder ON case_counts (holder);

CREATE TABLE notes (
    entry INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    number INTEGER NOT NULL REFERENCES cases (number),
    path BLOB NOT NULL,
    visibility INTEGER NOT NULL,
    author TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX notes_in_reading_order ON notes (number, path);

CREATE TABLE claims (
    kind INTEGER NOT NULL,
    value TEXT NOT NULL,
    stream_kind INTEGER NOT NULL,
    stream_id BLOB NOT NULL,
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE search_entries (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    note BLOB,
    visibility INTEGER,
    terms TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE search USING fts5 (
    terms, content = 'search_entries', content_rowid = 'id', tokenize = 'ascii', detail = 'none', columnsize = 0
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
