-- What an expert would write by hand for the same screens and the same proof: narrow rows with integer keys, bodies
-- apart, totals that are kept, the search as typed, and events that are chained and committed to.

CREATE TABLE people (
    key INTEGER PRIMARY KEY,             -- 0 is nobody
    id TEXT NOT NULL UNIQUE
) STRICT;

-- A type, a stage of it, a team, a priority and how cases ended: every case is in one place.
CREATE TABLE places (
    key INTEGER PRIMARY KEY,
    case_type INTEGER NOT NULL,
    stage TEXT NOT NULL,
    category INTEGER NOT NULL,
    team INTEGER NOT NULL,               -- 0 is none
    priority INTEGER NOT NULL,           -- 1 is normal
    resolution TEXT NOT NULL,            -- empty for none
    UNIQUE (case_type, stage, team, priority, resolution)
) STRICT;

CREATE TABLE customers (
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    reference TEXT UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE cases (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    hash BLOB NOT NULL,                  -- of its newest event
    place INTEGER NOT NULL,
    holder INTEGER NOT NULL,
    held_since INTEGER,
    customer INTEGER,
    raised_by INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    stage_since INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    resolved_at INTEGER,
    closed_at INTEGER,
    reopened INTEGER NOT NULL,
    notes INTEGER NOT NULL,
    entry INTEGER NOT NULL,              -- the position of the event that raised it
    workflow INTEGER,
    ready INTEGER NOT NULL,              -- the permission that the ready step needs; 0 if none is ready
    status INTEGER NOT NULL,
    title TEXT NOT NULL,
    requester TEXT,
    fields TEXT,                         -- JSON of the values that rows show
    tags TEXT,                           -- JSON of the keys of its tags
    due_at INTEGER,                      -- when the first running deadline ends
    warn_at INTEGER,                     -- when its warning is for
    wakes_at INTEGER                     -- when there is something to do with it
) STRICT;

CREATE INDEX cases_by_place ON cases (place);
CREATE INDEX cases_by_update ON cases (place, updated_at);
CREATE INDEX cases_by_raising ON cases (place, raised_at);
CREATE INDEX cases_by_holder ON cases (holder, place) WHERE holder <> 0;
CREATE INDEX cases_by_customer ON cases (customer, place) WHERE customer IS NOT NULL;
CREATE INDEX cases_by_raiser ON cases (raised_by);
CREATE INDEX cases_by_stage_since ON cases (place, stage_since) WHERE resolved_at IS NULL AND closed_at IS NULL;
CREATE INDEX cases_by_resolved ON cases (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX cases_by_closed ON cases (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX cases_by_due ON cases (due_at, warn_at) WHERE due_at IS NOT NULL;
CREATE INDEX cases_warned ON cases (warn_at, due_at) WHERE due_at IS NOT NULL AND warn_at IS NOT NULL;
CREATE INDEX cases_by_waking ON cases (wakes_at) WHERE wakes_at IS NOT NULL;
CREATE INDEX cases_pending ON cases (holder, ready) WHERE ready <> 0;

CREATE TABLE case_bodies (
    number INTEGER PRIMARY KEY,
    description TEXT,
    rest TEXT                            -- JSON of what only the screen of a case shows: its fields, tags and deadlines
) STRICT;

CREATE TABLE notes (
    entry INTEGER PRIMARY KEY,           -- the position of the event that added it
    id BLOB NOT NULL UNIQUE,
    number INTEGER NOT NULL,
    path BLOB NOT NULL,                  -- big-endian, so that bytes compare in reading order
    parent BLOB,
    visibility INTEGER NOT NULL,
    author INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    updated_at INTEGER,                  -- NULL until it is edited
    edits INTEGER NOT NULL,
    text TEXT
) STRICT;

CREATE UNIQUE INDEX notes_in_reading_order ON notes (number, path);
CREATE INDEX notes_by_age ON notes (number, visibility);

CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,             -- the number of the case
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor INTEGER NOT NULL,
    imported_by INTEGER,
    code INTEGER NOT NULL,
    facts BLOB NOT NULL,                 -- JSON
    personal BLOB,                       -- JSON
    salt BLOB,
    commitment BLOB,
    hash BLOB NOT NULL,
    UNIQUE (stream, revision)
) STRICT;

-- 1: place. 2: holder, type. 3: holder, place. 4: holder, permission of the ready step. 5: tag, place.
CREATE TABLE totals (
    kind INTEGER NOT NULL,
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (kind, a, b)
) STRICT, WITHOUT ROWID;

-- How long things took: see durations.rs.
CREATE TABLE durations (
    measure INTEGER NOT NULL,
    place INTEGER NOT NULL,
    month INTEGER NOT NULL,              -- in which they ended: months since January 1970
    bucket INTEGER NOT NULL,
    n INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    PRIMARY KEY (measure, place, month, bucket)
) STRICT, WITHOUT ROWID;

-- Values by which cases are found.
CREATE TABLE case_fields (
    field INTEGER NOT NULL,
    value ANY NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (field, value, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE case_tags (
    tag INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (tag, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE "references" (
    value TEXT PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The rowid is twice the position of the event that raised a case or added a note, and 1 more for a note.
CREATE VIRTUAL TABLE search USING fts5 (
    terms, content = '', tokenize = 'ascii', detail = 'none', columnsize = 0, prefix = '2 3 4'
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);

-- Every word that is in `search`.
CREATE TABLE words (
    word TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE steps (
    number INTEGER NOT NULL,
    step INTEGER NOT NULL,
    done_by INTEGER,
    done_at INTEGER,
    digest BLOB,
    PRIMARY KEY (number, step)
) STRICT, WITHOUT ROWID;

-- What is sent, kept from the moment on at which sending it was decided.
CREATE TABLE packages (
    key TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    delivered_at INTEGER
) STRICT;
