-- Version 1 of a casekit file.
--
-- Instants are microseconds since 1970 in UTC. Ids are the 16 bytes of a UUID. Digests are 32 bytes. JSON is what
-- serde writes for the values of casekit-core; no column of this schema is computed, and no rule lives here.

-- One row: what is read before anything else.
CREATE TABLE file (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL,         -- grows when a setting, workflow or case type changes: kept catalogs are old then;
                                         -- -1 while a copy of another store is written into the file
    number_floor INTEGER NOT NULL,       -- `Ledger::number_floor`
    text_rules INTEGER NOT NULL          -- `text::RULES` by which terms and folded names were made
) STRICT;

INSERT INTO file (id, generation, number_floor, text_rules) VALUES (1, 0, 0, 1);

-- What happened; append only.
CREATE TABLE events (
    position INTEGER PRIMARY KEY,        -- place in the file, from 1, dense
    kind INTEGER NOT NULL,               -- `StreamKind::code`
    id BLOB NOT NULL,                    -- the id within the kind; nil for settings and ledger
    revision INTEGER NOT NULL,           -- place in the stream, from 1, dense
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    on_behalf_of TEXT,
    imported_by TEXT,
    code TEXT NOT NULL,                  -- `Fact::code`, for people who look into the file
    facts BLOB NOT NULL,                 -- the JSON bytes that were hashed
    personal BLOB,                       -- the JSON bytes that were committed to; NULL if none, or erased
    salt BLOB,                           -- of the commitment; erased with `personal`
    commitment BLOB,
    hash BLOB NOT NULL,
    UNIQUE (kind, id, revision)
) STRICT;

-- Settings, workflows, case types and the ledger: streams that are few.
CREATE TABLE definitions (
    kind INTEGER NOT NULL,               -- `StreamKind::code`
    id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    hash BLOB NOT NULL,                  -- of its newest event
    body TEXT NOT NULL,                  -- JSON of `State`
    PRIMARY KEY (kind, id)
) STRICT;

CREATE TABLE customers (
    key INTEGER PRIMARY KEY,             -- joins with `customer_search`
    id BLOB NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    hash BLOB NOT NULL,                  -- of its newest event
    name TEXT NOT NULL,
    folded TEXT NOT NULL,                -- the name as names are compared: the order of lists
    reference TEXT,                      -- what another system calls them, as given
    terms TEXT NOT NULL,                 -- of the name, with spaces between: what is indexed for search
    body TEXT NOT NULL                   -- JSON of `Customer`
) STRICT;

CREATE INDEX customers_by_name ON customers (folded, id);

CREATE TABLE cases (
    number INTEGER PRIMARY KEY,          -- the integer of its number, from 1, dense but for a floor, never reused
    id BLOB NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    hash BLOB NOT NULL,                  -- of its newest event
    prefix TEXT NOT NULL,
    case_type BLOB NOT NULL,
    stage TEXT NOT NULL,
    category INTEGER NOT NULL,           -- 0 open, 1 active, 2 waiting, 3 resolved, 4 closed
    holder TEXT NOT NULL,                -- '' for a case in nobody's hands, so that it can be looked up like any other
    customer BLOB,
    raised_by TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    entry INTEGER NOT NULL,              -- its entry in `search_entries`: the position of the event that raised it
    title TEXT NOT NULL,
    workflow BLOB,                       -- NULL for a case without one, then the others below are empty too
    status TEXT,                         -- JSON of `Status`: a code with its arguments, never words
    failure TEXT,                        -- JSON of `Failure`, while the workflow is under way
    failure_code TEXT,
    failure_setting TEXT,
    ready_bits INTEGER NOT NULL,         -- `Case::ready_bits`; 0 if nothing is pending
    errand INTEGER,                      -- `Errand::code`
    errand_at INTEGER,
    body TEXT NOT NULL                   -- JSON of `Case`; last, so that lists never read its pages
) STRICT;

-- The number ends each of these, so they are keyset orders as they stand.
CREATE INDEX cases_by_raised ON cases (raised_at);
CREATE INDEX cases_by_updated ON cases (updated_at);
CREATE INDEX cases_by_raiser ON cases (raised_by);
CREATE INDEX cases_by_customer ON cases (customer) WHERE customer IS NOT NULL;
-- Looked up with the groups of `case_counts` that a filter leaves.
CREATE INDEX cases_by_group ON cases (case_type, stage, holder);
-- A case without a workflow is in none of these.
CREATE INDEX cases_pending ON cases (holder, ready_bits) WHERE ready_bits <> 0;
CREATE INDEX cases_failing ON cases (failure_code, failure_setting, case_type) WHERE failure_code IS NOT NULL;
CREATE INDEX cases_by_errand ON cases (errand, errand_at) WHERE errand IS NOT NULL;

-- How many cases there are of each group; kept with every change, never scanned for.
CREATE TABLE case_counts (
    case_type BLOB NOT NULL,
    stage TEXT NOT NULL,
    holder TEXT NOT NULL,                -- '' for nobody
    category INTEGER NOT NULL,
    ready_bits INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (case_type, stage, holder, category, ready_bits)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_counts_by_holder ON case_counts (holder);

CREATE TABLE notes (
    entry INTEGER PRIMARY KEY,           -- its entry in `search_entries`: the position of the event that added it
    id BLOB NOT NULL UNIQUE,
    number INTEGER NOT NULL REFERENCES cases (number),
    path BLOB NOT NULL,                  -- big-endian u32 each, so that bytes compare in reading order
    visibility INTEGER NOT NULL,         -- 0 internal, 1 customer
    body TEXT NOT NULL                   -- JSON of `Note`
) STRICT;

CREATE UNIQUE INDEX notes_in_reading_order ON notes (number, path);
-- The entry ends it, so the newest of each visibility are its last.
CREATE INDEX notes_by_age ON notes (number, visibility);

-- Names and references that only one stream may have.
CREATE TABLE claims (
    kind INTEGER NOT NULL,               -- `ClaimKind::code`
    value TEXT NOT NULL,                 -- folded
    stream_kind INTEGER NOT NULL,
    stream_id BLOB NOT NULL,
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

-- Requests that were carried out, with what they left.
CREATE TABLE requests (
    actor TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    salt BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    receipt TEXT NOT NULL,               -- JSON of `Receipt`
    PRIMARY KEY (actor, id)
) STRICT, WITHOUT ROWID;

-- What can be found: a case or a note each. A greater id is newer; an edit keeps its id.
CREATE TABLE search_entries (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,             -- the case, or that on which the note stands
    note BLOB,                           -- the note; NULL for a case
    visibility INTEGER,                  -- of the note: 0 internal, 1 customer; NULL for a case
    terms TEXT NOT NULL                  -- what is indexed, with spaces between
) STRICT;

-- `ascii` takes every byte above 127 and every ASCII letter and digit as part of a word, so the terms that
-- casekit-core made are taken as they are. Neither places nor lengths are kept: nothing asks for phrases or ranks.
CREATE VIRTUAL TABLE search USING fts5 (
    terms, content = 'search_entries', content_rowid = 'id', tokenize = 'ascii', detail = 'none', columnsize = 0
);
CREATE VIRTUAL TABLE customer_search USING fts5 (
    terms, content = 'customers', content_rowid = 'key', tokenize = 'ascii', detail = 'none', columnsize = 0
);

-- Deleted words leave the file at once, not at the next merge.
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
INSERT INTO customer_search (customer_search, rank) VALUES ('secure-delete', 1);

-- Large bytes, kept outside the states.
CREATE TABLE blobs (
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    last_start INTEGER NOT NULL,         -- where its last chunk begins: that one may come again, and changes nothing
    appended_at INTEGER NOT NULL,        -- when its last chunk came
    kept INTEGER NOT NULL                -- 1 once a commit refers to it; an orphan before
) STRICT;

CREATE INDEX blobs_orphaned ON blobs (appended_at) WHERE kept = 0;

CREATE TABLE blob_chunks (
    blob INTEGER NOT NULL REFERENCES blobs (key),
    start INTEGER NOT NULL,              -- where in the blob it begins
    bytes BLOB NOT NULL,
    UNIQUE (blob, start)
) STRICT;
