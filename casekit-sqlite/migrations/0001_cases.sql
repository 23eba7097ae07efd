-- Version 1 of a casekit file.
--
-- Instants are microseconds since 1970 in UTC. Ids are the 16 bytes of a UUID. Digests are 32 bytes. JSON is what
-- serde writes for the values of casekit-core; no column of this schema is computed, and no rule lives here. What comes
-- again and again (people, places, streams) has an integer as its key, and rows hold that.

-- One row: what is read before anything else.
CREATE TABLE file (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL,         -- grows when a setting, workflow, case type, team or tag changes: kept catalogs are old then;
                                         -- -1 while a copy of another store is written into the file
    number_floor INTEGER NOT NULL,       -- `Ledger::number_floor`
    text_rules INTEGER NOT NULL,         -- `text::RULES` by which the terms of the search were made
    search_part INTEGER NOT NULL,        -- while they are made by other rules: the part that comes next, 1 for cases, 2 for
                                         -- notes, 3 for names of customers; 0 when all are made
    search_after INTEGER NOT NULL,       -- the key of the last row of that part whose terms are made; 0 when all are
    wipe_pending INTEGER NOT NULL,       -- 1 since a blob was destroyed: its bytes may still be in the log; 0 once the log was truncated
    words_gone INTEGER NOT NULL          -- 1 since a word went from the search: its beginning may still stand in an index; 2 while
                                         -- the indexes are written again for that; 0 once they are
) STRICT;

INSERT INTO file (id, generation, number_floor, text_rules, search_part, search_after, wipe_pending, words_gone)
VALUES (1, 0, 0, 3, 0, 0, 0, 0);

-- Who did or holds something. A key stays for ever; 0 stands for nobody and has no row.
CREATE TABLE people (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,             -- `ActorId`, as it was hashed
    -- The entry in the directory of people: `Person`. NULL for whom nobody named.
    entry BLOB,                          -- the id of the entry, as in `streams`
    revision INTEGER,
    hash BLOB,                           -- of its newest event
    name TEXT                            -- what they are called; NULL in an entry once it was erased
) STRICT;

-- Those who have a name, for the list of them; and who has the same name as somebody.
CREATE INDEX people_named ON people (id) WHERE name IS NOT NULL;
CREATE INDEX people_by_name ON people (name) WHERE name IS NOT NULL;

-- Whose history an event belongs to. The key says what it is: of the case with number n it is 4n, of a customer 4k+1 with
-- the `key` of the customer, of a definition 4k+2 with that of the definition, of a person 4k+3 with that of the person.
CREATE TABLE streams (
    key INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,               -- `StreamKind::code`
    id BLOB NOT NULL,                    -- the id within the kind; nil for settings and ledger
    UNIQUE (kind, id)
) STRICT;

-- What happened; append only.
CREATE TABLE events (
    position INTEGER PRIMARY KEY,        -- place in the file, from 1, dense
    stream INTEGER NOT NULL,             -- the `key` of its stream
    revision INTEGER NOT NULL,           -- place in the stream, from 1, dense
    at INTEGER NOT NULL,
    actor INTEGER NOT NULL,              -- people, by their `key`
    on_behalf_of INTEGER,
    imported_by INTEGER,
    request BLOB,                        -- `RequestClaim::digest` of the request that it is the first event of
    facts BLOB NOT NULL,                 -- the JSON bytes that were hashed
    personal BLOB,                       -- the JSON bytes that were committed to; NULL if none, or erased
    salt BLOB,                           -- of the commitment; erased with `personal`
    commitment BLOB,
    hash BLOB NOT NULL,
    UNIQUE (stream, revision)
) STRICT;

-- Settings, workflows, case types, teams, tags and the ledger: streams that are few.
CREATE TABLE definitions (
    key INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,               -- `StreamKind::code`
    id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    hash BLOB NOT NULL,                  -- of its newest event
    body TEXT NOT NULL,                  -- JSON of `State`
    UNIQUE (kind, id)
) STRICT;

-- Where cases stand: a stage of a type, with the category that it had when they came there, a team, a priority and how they
-- ended. A key stays for ever.
CREATE TABLE places (
    key INTEGER PRIMARY KEY,
    case_type BLOB NOT NULL,
    stage TEXT NOT NULL,
    category INTEGER NOT NULL,           -- 0 open, 1 active, 2 waiting, 3 resolved, 4 closed
    team BLOB NOT NULL,                  -- the id of the team; nil for none
    priority INTEGER NOT NULL,           -- 0 low, 1 normal, 2 high, 3 urgent
    resolution TEXT NOT NULL,            -- `ResolutionCode`; empty for none
    family INTEGER NOT NULL,             -- the least key of a place of the type and team: stands for the two in `totals`
    UNIQUE (case_type, stage, category, team, priority, resolution)
) STRICT;

-- Why cases fail. A key stays for ever.
CREATE TABLE causes (
    key INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    setting TEXT,
    UNIQUE (code, setting)
) STRICT;

CREATE TABLE customers (
    key INTEGER PRIMARY KEY,             -- joins with `customer_search`
    id BLOB NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    hash BLOB NOT NULL,                  -- of its newest event
    name TEXT NOT NULL,
    folded TEXT NOT NULL,                -- the name as names are compared: the order of lists
    reference TEXT,                      -- what another system calls them, as given
    email TEXT,                          -- this and the next: as given; they are found through `customer_search`
    phone TEXT,
    found_by TEXT,                       -- JSON of the own values by which they are found; null for most
    body TEXT NOT NULL                   -- JSON of `Customer`
) STRICT;

CREATE INDEX customers_by_name ON customers (folded, id);

-- What lists show and what they are found by, and nothing else, so that a page holds many. Found by id through `streams`.
CREATE TABLE cases (
    number INTEGER PRIMARY KEY,          -- the integer of its number, from 1, dense but for a floor, never reused
    id BLOB NOT NULL,                    -- as in `streams`
    revision INTEGER NOT NULL,
    hash BLOB NOT NULL,                  -- of its newest event
    prefix TEXT NOT NULL,
    place INTEGER NOT NULL,              -- type, stage, category, team, priority and resolution
    type_version INTEGER NOT NULL,
    holder INTEGER NOT NULL,             -- 0 for nobody
    held_since INTEGER,
    customer INTEGER,                    -- the `key` of the customer
    raised_by INTEGER NOT NULL,
    raised_for INTEGER,
    raised_at INTEGER NOT NULL,
    stage_since INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    resolved_at INTEGER,
    closed_at INTEGER,
    reopened INTEGER NOT NULL,
    notes INTEGER NOT NULL,              -- how many were ever added
    entry INTEGER NOT NULL,              -- the position of the event that raised it: half of its rowid in `search`
    title TEXT NOT NULL,
    -- From here on NULL or 0 for a case without a workflow, and made of `case_bodies.rest`.
    requester TEXT,                      -- who says they are asking
    fields TEXT,                         -- JSON of the values that rows show, by the ids of their fields; NULL if there are none
    tags TEXT,                           -- JSON of the ids of its tags, as they were given; NULL if there are none
    workflow BLOB,
    outcome TEXT,                        -- `OutcomeKind::code` of the present round; NULL while it goes on
    status TEXT,                         -- JSON of `Status`: a code with its arguments, never words
    steps TEXT,                          -- version of its workflow, a colon, and the codes of the states of its steps with commas between
    failure TEXT,                        -- JSON of `Failure`, while it stands in the way
    cause INTEGER,                       -- of that failure
    ready INTEGER NOT NULL,              -- `Waiting::ready`: permissions with which its holder can act; 0 if nothing is pending
    for_anyone INTEGER NOT NULL,         -- `Waiting::for_anyone`: those of them with which anybody can, whoever holds it
    due_task INTEGER,                      -- `DueTask::code`
    due_task_at INTEGER,
    -- Of its time, NULL for a case without deadlines.
    due_at INTEGER,                      -- when the first running deadline ends
    warn_at INTEGER,                     -- when the first warning about running deadlines is for
    wakes_at INTEGER                     -- when the library has something to do with it: `DueTask::KeepClock`
) STRICT;

-- What only a case by itself shows; no row if there is nothing of it.
CREATE TABLE case_bodies (
    number INTEGER PRIMARY KEY,
    description TEXT,
    rest TEXT                            -- JSON of what has no column: the request, its arrival, the progress in a workflow, and who said how it ended
) STRICT;

-- The stages that a case has left. Apart from `case_bodies`, so that a move writes one row, whatever else the case has.
CREATE TABLE case_stays (
    number INTEGER NOT NULL,
    place INTEGER NOT NULL,              -- which of them, from 0, oldest first
    stay TEXT NOT NULL,                  -- JSON of `PastStay`
    PRIMARY KEY (number, place)
) STRICT, WITHOUT ROWID;

-- The number ends each of these, so they are keyset orders as they stand. What is in one place comes in the order of
-- each list, so a list of some places is a merge that ends where the page is full, whatever else is in the file.
CREATE INDEX cases_by_place ON cases (place);
CREATE INDEX cases_by_updated ON cases (place, updated_at);
CREATE INDEX cases_by_raised ON cases (place, raised_at);
-- Only of cases that are not over: which of them stand in their stage for long.
CREATE INDEX cases_by_stage_since ON cases (place, stage_since) WHERE resolved_at IS NULL AND closed_at IS NULL;
CREATE INDEX cases_by_holder ON cases (holder, place);
CREATE INDEX cases_by_customer ON cases (customer) WHERE customer IS NOT NULL;
CREATE INDEX cases_by_raiser ON cases (raised_by, place);
CREATE INDEX cases_by_resolved ON cases (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX cases_by_closed ON cases (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX cases_by_due ON cases (due_at, warn_at) WHERE due_at IS NOT NULL;
-- What is due soon: few were warned of and are not over yet, however many are due at some time.
CREATE INDEX cases_warned ON cases (warn_at, due_at) WHERE due_at IS NOT NULL AND warn_at IS NOT NULL;
CREATE INDEX cases_by_waking ON cases (wakes_at) WHERE wakes_at IS NOT NULL;
-- A case without a workflow is in none of these.
CREATE INDEX cases_by_workflow ON cases (workflow) WHERE workflow IS NOT NULL;
CREATE INDEX cases_by_outcome ON cases (outcome) WHERE outcome IS NOT NULL;
CREATE INDEX cases_pending ON cases (holder, ready, for_anyone) WHERE ready <> 0;
CREATE INDEX cases_for_anyone ON cases (for_anyone) WHERE for_anyone <> 0;
CREATE INDEX cases_failing ON cases (cause) WHERE cause IS NOT NULL;
CREATE INDEX cases_by_due_task ON cases (due_task, due_task_at) WHERE due_task IS NOT NULL;

-- How many cases there are of each group; kept with every change, never scanned for. By `kind`:
--   1  a the place
--   2  a the holder, b the place, c what is ready, plus what is for anyone times 2^32
--   3  a the holder, b the family of the place
--   4  a the holder, b what is ready, c what is for anyone; only where something is ready
--   5  a who raised it and does not hold it, b the place, c what waits for them if nothing excludes them times 2, plus 1 if
--      somebody holds it
--   6  a the cause, b the family of the place; only of cases that fail
--   7  a what is for anyone, b the place; only where something is
--   8  a who is excluded from something, b the place, c what would wait for them otherwise times 2^32, plus what does times 2,
--      plus 1 if they hold or raised it; only where these two differ
--   9  a who raised it and holds it, b the place
--  10  a the tag, by the key of its definition, b the place
CREATE TABLE totals (
    kind INTEGER NOT NULL,
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    c INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (kind, a, b, c)
) STRICT, WITHOUT ROWID;

-- What lengths of time are counted together: see `durations`. A key stays for ever.
CREATE TABLE duration_groups (
    key INTEGER PRIMARY KEY,
    measure TEXT NOT NULL,               -- `Measure::code`
    case_type BLOB NOT NULL,
    team BLOB NOT NULL,                  -- the id of the team; nil for none
    stage TEXT NOT NULL,                 -- the stage that was left; empty for any other measure
    UNIQUE (measure, case_type, team, stage)
) STRICT;

-- How long things took: `casekit_core::durations`, kept with every change. A row each for lengths that are alike to a
-- sixteenth and ended in the same month.
CREATE TABLE durations (
    span INTEGER NOT NULL,               -- `duration_groups.key`
    month INTEGER NOT NULL,              -- in which they ended, in UTC: months since January 1970
    bucket INTEGER NOT NULL,             -- `Bucket::number`
    n INTEGER NOT NULL,                  -- how many there are, never 0
    seconds INTEGER NOT NULL,            -- how many seconds they are together
    PRIMARY KEY (span, month, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
    entry INTEGER PRIMARY KEY,           -- the position of the event that added it: half of its rowid in `search`
    id BLOB NOT NULL UNIQUE,
    number INTEGER NOT NULL REFERENCES cases (number),
    path BLOB NOT NULL,                  -- big-endian u32 each, so that bytes compare in reading order
    visibility INTEGER NOT NULL,         -- 0 internal, 1 customer
    author INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    updated_at INTEGER,                  -- NULL if that is when it was added
    edits INTEGER NOT NULL,
    parent BLOB,                         -- the id of the note that it answers
    text TEXT                            -- NULL once it was retracted
) STRICT;

CREATE UNIQUE INDEX notes_in_reading_order ON notes (number, path);
-- The entry ends it, so the newest of each visibility are its last.
CREATE INDEX notes_by_age ON notes (number, visibility);

-- Names and references that only one stream may have.
CREATE TABLE claims (
    kind INTEGER NOT NULL,               -- `ClaimKind::code`
    value TEXT NOT NULL,                 -- `Claim::value`: names of definitions folded, anything else as given
    number INTEGER NOT NULL,             -- which of those who share the text, from 1; only requests share one
    stream INTEGER NOT NULL,             -- the `key` of the stream
    PRIMARY KEY (kind, value, number)
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

-- Who is excluded from something that a case waits for, and what is left for them: `Exclusion`. What comes of it for somebody
-- is what all of their rows share with the case.
CREATE TABLE case_exclusions (
    number INTEGER NOT NULL,
    person INTEGER NOT NULL,
    beside INTEGER NOT NULL,             -- 0, or a second person, for the two together
    ready INTEGER NOT NULL,              -- what is left of `cases.ready`
    for_anyone INTEGER NOT NULL,         -- what is left of `cases.for_anyone`
    PRIMARY KEY (number, person, beside)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_exclusions_by_person ON case_exclusions (person);

-- Fields by which cases or customers are found. A key stays for ever.
CREATE TABLE field_keys (
    key INTEGER PRIMARY KEY,
    case_type BLOB NOT NULL,             -- empty for a field of customers
    field TEXT NOT NULL,                 -- `FieldId`
    UNIQUE (case_type, field)
) STRICT;

-- Values of fields by which cases are found: `FieldKey`. Only fields that are indexed have rows, one for each choice.
CREATE TABLE case_fields (
    field INTEGER NOT NULL,              -- `field_keys.key`, of the type that the case has
    value ANY NOT NULL,                  -- an integer or a text, in the form in which values are compared
    number INTEGER NOT NULL,
    PRIMARY KEY (field, value, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_fields_by_case ON case_fields (number, field);

-- The same of customers.
CREATE TABLE customer_fields (
    field INTEGER NOT NULL,              -- `field_keys.key`
    value ANY NOT NULL,                  -- as in `case_fields`
    customer INTEGER NOT NULL,           -- `customers.key`
    PRIMARY KEY (field, value, customer)
) STRICT, WITHOUT ROWID;

CREATE INDEX customer_fields_by_customer ON customer_fields (customer, field);

-- Tags by which cases are found. A tag that was merged has no rows: its cases have those of the tag for which it stands.
CREATE TABLE case_tags (
    tag INTEGER NOT NULL,                -- `definitions.key`
    number INTEGER NOT NULL,
    PRIMARY KEY (tag, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_tags_by_case ON case_tags (number, tag);

-- What can be found, by its terms alone: no text is kept, and who takes one out says what stood in it. `ascii` takes every
-- byte above 127 and every ASCII letter and digit as part of a word, so the terms that casekit-core made are taken as they
-- are. Neither places nor lengths are kept: nothing asks for phrases or ranks. `prefix` keeps what begins with as many
-- characters together; longer beginnings are found by way of `words`.

-- A case or a note each. The rowid is twice the position of the event that raised or added it, plus 1 for a note: a greater
-- one is newer, and an edit keeps it.
CREATE VIRTUAL TABLE search USING fts5 (
    terms, content = '', tokenize = 'ascii', detail = 'none', columnsize = 0, prefix = '2 3 4'
);
-- The name, e-mail address, telephone number and reference of a customer each. The rowid is their `key`.
CREATE VIRTUAL TABLE customer_search USING fts5 (
    terms, content = '', tokenize = 'ascii', detail = 'none', columnsize = 0, prefix = '2 3 4'
);

-- Every term that stands in one of them.
CREATE TABLE words (
    word TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

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
