-- Version 1 of an organisation's schema on PostgreSQL. One schema is to PostgreSQL what one file is to SQLite.
--
-- `org` stands for the name of the schema, and is replaced by it when a statement is prepared. Instants are microseconds
-- since 1970 in UTC, digests are 32 bytes, JSON is what serde writes for the values of casekit-core. JSON is `text` and not
-- `jsonb`, which reorders it and refuses `\u0000`. Text sorts by its bytes (`COLLATE "C"`): lists agree with core, and no
-- upgrade of a system's collations breaks an index. No column is computed and no rule lives here: no trigger, function,
-- extension, sequence, enum or foreign key, so that engines which speak PostgreSQL's protocol can take the schema too.
-- People and definitions are named by their ids as they are; only places have a key of their own.

-- One row: the lock of writers, and what is read before anything else. Whoever writes locks it first, so positions and
-- numbers are dense and in the order of commits.
CREATE TABLE org.file (
    id smallint PRIMARY KEY CHECK (id = 1),
    version int NOT NULL,                -- of the schema
    position bigint NOT NULL,            -- of the newest event
    number bigint NOT NULL,              -- the greatest number that a case has, or one less than `Ledger::number_floor`
    generation bigint NOT NULL,          -- grows when a setting, workflow, case type, team or tag changes: kept catalogs are
                                         -- old then; -1 while a copy of another store is written into the schema
    text_rules int NOT NULL,             -- `text::RULES` by which the terms of the search were made
    written_on text                      -- the server and the timeline on which the newest event was written; NULL if not known
) WITH (fillfactor = 10);

-- What happened; append only.
CREATE TABLE org.events (
    position bigint PRIMARY KEY,         -- place in the store, from 1, dense
    kind smallint NOT NULL,              -- `StreamKind::code` of its stream
    id uuid NOT NULL,                    -- the id of its stream within the kind; nil for settings and ledger
    revision bigint NOT NULL,            -- place in the stream, from 1, dense
    at bigint NOT NULL,
    actor text COLLATE "C" NOT NULL,
    on_behalf_of text COLLATE "C",
    imported_by text COLLATE "C",
    request bytea,                       -- `RequestClaim::digest` of the request that it is the first event of
    facts bytea NOT NULL,                -- the JSON bytes that were hashed
    personal bytea,                      -- the JSON bytes that were committed to; NULL if none, or erased
    salt bytea,                          -- of the commitment; erased with `personal`
    commitment bytea,
    hash bytea NOT NULL,
    UNIQUE (kind, id, revision)
);

-- Where every stream stands: its head and its state, so that an expectation, a decision and a proof are one look-up.
CREATE TABLE org.streams (
    kind smallint NOT NULL,              -- `StreamKind::code`
    id uuid NOT NULL,
    revision bigint NOT NULL,
    hash bytea NOT NULL,                 -- of its newest event
    at bigint NOT NULL,                  -- when that happened
    body text NOT NULL,                  -- JSON of `State`
    PRIMARY KEY (kind, id)
) WITH (fillfactor = 80);

-- The directory of people: what lists show and look for, beside the entries in `streams`.
CREATE TABLE org.people (
    id uuid PRIMARY KEY,                 -- of the entry
    actor text COLLATE "C" NOT NULL,     -- whose it is
    name text COLLATE "C"                -- what they are called; NULL once it was erased
);

CREATE UNIQUE INDEX people_by_actor ON org.people (actor);
CREATE INDEX people_by_name ON org.people (name) WHERE name IS NOT NULL;

-- Where cases stand: a stage of a type, with the category that it had when they came there, a team, a priority and how they
-- ended. A key stays for ever, and is the beginning of each index that a list is read by.
CREATE TABLE org.places (
    key int PRIMARY KEY,
    case_type uuid NOT NULL,
    stage text COLLATE "C" NOT NULL,
    category smallint NOT NULL,          -- 0 open, 1 active, 2 waiting, 3 resolved, 4 closed
    team uuid NOT NULL,                  -- the id of the team; nil for none
    priority smallint NOT NULL,          -- 0 low, 1 normal, 2 high, 3 urgent
    resolution text COLLATE "C" NOT NULL,-- `ResolutionCode`; empty for none
    family int NOT NULL,                 -- the least key of a place of the type and team: stands for the two in `totals`
    UNIQUE (case_type, stage, category, team, priority, resolution)
);

-- What lists show of customers and what they are found by.
CREATE TABLE org.customers (
    id uuid PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    folded text COLLATE "C" NOT NULL,    -- the name as names are compared: the order of lists
    reference text COLLATE "C",          -- what another system calls them, as given
    email text COLLATE "C",              -- this and the next: as given; they are found through `terms`
    phone text COLLATE "C",
    found_by text,                       -- JSON of the own values by which they are found; NULL for most
    terms tsvector NOT NULL              -- of name, e-mail address, telephone number and reference, as core made them
) WITH (fillfactor = 80);

CREATE INDEX customers_by_name ON org.customers (folded, id);
CREATE INDEX customers_by_term ON org.customers USING gin (terms);

-- What lists show of cases and what they are found by, and nothing else, so that a page holds many.
CREATE TABLE org.cases (
    number bigint PRIMARY KEY,           -- the integer of its number, from 1, dense but for a floor, never reused
    id uuid NOT NULL UNIQUE,
    revision bigint NOT NULL,
    prefix text COLLATE "C" NOT NULL,
    place int NOT NULL,                  -- `places.key`: type, stage, category, team, priority and resolution
    holder text COLLATE "C" NOT NULL,    -- empty for nobody
    customer uuid,
    raised_by text COLLATE "C" NOT NULL,
    raised_at bigint NOT NULL,
    stage_since bigint NOT NULL,
    updated_at bigint NOT NULL,
    resolved_at bigint,
    closed_at bigint,
    entry bigint NOT NULL,               -- the position of the event that raised it: half of its id in `search`
    title text COLLATE "C" NOT NULL,
    requester text COLLATE "C",          -- who says they are asking
    fields text,                         -- JSON of the values that rows show, by the ids of their fields; NULL if there are none
    tags text,                           -- JSON of the ids of its tags, as they were given; NULL if there are none
    -- From here on NULL or 0 for a case without a workflow.
    workflow uuid,
    outcome text COLLATE "C",            -- `OutcomeKind::code` of the present round; NULL while it goes on
    status text,                         -- JSON of `Status`: a code with its arguments, never words
    steps text,                          -- `StepStates::written`
    failure text,                        -- JSON of `Failure`, while it stands in the way
    failure_code text COLLATE "C",       -- of that failure; NULL if nothing stands in the way
    failure_setting text COLLATE "C",    -- the setting that is wrong, if it is one
    ready bigint NOT NULL,               -- `Waiting::ready`: permissions with which its holder can act; 0 if nothing is pending
    for_anyone bigint NOT NULL,          -- `Waiting::for_anyone`: those of them with which anybody can, whoever holds it
    due_task smallint,                   -- `DueTask::code`
    due_task_at bigint,
    -- Of its time, NULL for a case without deadlines.
    due_at bigint,                       -- when the first running deadline ends
    warn_at bigint,                      -- when the first warning about running deadlines is for
    wakes_at bigint                      -- when the library has something to do with it: `DueTask::KeepClock`
) WITH (fillfactor = 80);

-- The number ends each of these, so they are keyset orders as they stand. What is in one place comes in the order of
-- each list, so a list of some places is a merge that ends where the page is full, whatever else is in the schema.
CREATE INDEX cases_by_place ON org.cases (place, number);
CREATE INDEX cases_by_updated ON org.cases (place, updated_at, number);
CREATE INDEX cases_by_raised ON org.cases (place, raised_at, number);
-- Only of cases that are not over: which of them stand in their stage for long.
CREATE INDEX cases_by_stage_since ON org.cases (place, stage_since, number)
    WHERE resolved_at IS NULL AND closed_at IS NULL;
CREATE INDEX cases_by_holder ON org.cases (holder, place, number);
CREATE INDEX cases_by_customer ON org.cases (customer, number) WHERE customer IS NOT NULL;
CREATE INDEX cases_by_raiser ON org.cases (raised_by, place, number);
CREATE INDEX cases_by_resolved ON org.cases (resolved_at, number) WHERE resolved_at IS NOT NULL;
CREATE INDEX cases_by_closed ON org.cases (closed_at, number) WHERE closed_at IS NOT NULL;
CREATE INDEX cases_by_due ON org.cases (due_at, number) WHERE due_at IS NOT NULL;
-- What is due soon: few were warned of and are not over yet, however many are due at some time.
CREATE INDEX cases_warned ON org.cases (warn_at, due_at) WHERE due_at IS NOT NULL AND warn_at IS NOT NULL;
CREATE INDEX cases_by_waking ON org.cases (wakes_at) WHERE wakes_at IS NOT NULL;
-- A case without a workflow is in none of these.
CREATE INDEX cases_by_workflow ON org.cases (workflow, number) WHERE workflow IS NOT NULL;
CREATE INDEX cases_by_outcome ON org.cases (outcome, number) WHERE outcome IS NOT NULL;
CREATE INDEX cases_pending ON org.cases (holder, number) WHERE ready <> 0;
CREATE INDEX cases_for_anyone ON org.cases (number) WHERE for_anyone <> 0;
CREATE INDEX cases_failing ON org.cases (failure_code, failure_setting, number) WHERE failure_code IS NOT NULL;
CREATE INDEX cases_by_due_task ON org.cases (due_task, due_task_at) WHERE due_task IS NOT NULL;

-- How many cases there are of each group; kept with every change, never scanned for. A group that became empty keeps its
-- row with n = 0, since to delete and insert it again would bloat the key; readers leave it out. By `kind`:
--   1  b the place
--   2  a the holder, b the place, c what is ready, plus what is for anyone times 2^32
--   3  a the holder, b the family of the place
--   4  a the holder, b what is ready, c what is for anyone; only where something is ready
--   5  a who raised it and does not hold it, b the place, c what waits for them if nothing excludes them times 2, plus 1 if
--      somebody holds it
--   6  a the cause, as JSON of an array of the code and the setting, b the family of the place; only of cases that fail
--   7  b the place, c what is for anyone; only where something is
--   8  a who is excluded from something, b the place, c what would wait for them otherwise times 2^32, plus what does times 2,
--      plus 1 if they hold or raised it; only where these two differ
--   9  a who raised it and holds it, b the place
--  10  a the tag, b the place
CREATE TABLE org.totals (
    kind smallint NOT NULL,
    a text COLLATE "C" NOT NULL,         -- empty where the kind says nothing of it, and for nobody
    b bigint NOT NULL,
    c bigint NOT NULL,                   -- 0 where the kind says nothing of it
    n bigint NOT NULL,
    PRIMARY KEY (kind, a, b, c)
) WITH (fillfactor = 50);

-- How long things took: `casekit_core::durations`, kept with every change. A row each for lengths that are alike to a
-- sixteenth and ended in the same month.
CREATE TABLE org.durations (
    measure text COLLATE "C" NOT NULL,   -- `Measure::code`
    case_type uuid NOT NULL,
    team uuid NOT NULL,                  -- the id of the team; nil for none
    stage text COLLATE "C" NOT NULL,     -- the stage that was left; empty for any other measure
    month int NOT NULL,                  -- in which they ended, in UTC: months since January 1970
    bucket int NOT NULL,                 -- `Bucket::number`
    n bigint NOT NULL,                   -- how many there are; 0 for a group that became empty, as in `totals`
    seconds bigint NOT NULL,             -- how many seconds they are together
    PRIMARY KEY (measure, case_type, team, stage, month, bucket)
) WITH (fillfactor = 50);

CREATE TABLE org.notes (
    id uuid PRIMARY KEY,
    entry bigint NOT NULL UNIQUE,        -- the position of the event that added it: half of its id in `search`
    case_id uuid NOT NULL,
    path bytea NOT NULL,                 -- big-endian u32 each, so that bytes compare in reading order
    visibility smallint NOT NULL,        -- 0 internal, 1 customer
    body text NOT NULL,                  -- JSON of `Note`
    UNIQUE (case_id, path)
) WITH (fillfactor = 90);

-- The newest of each visibility are its last.
CREATE INDEX notes_by_age ON org.notes (case_id, visibility, entry);

-- Names and references that only one stream may have.
CREATE TABLE org.claims (
    kind smallint NOT NULL,              -- `ClaimKind::code`
    value text COLLATE "C" NOT NULL,     -- `Claim::value`: names of definitions folded, anything else as given
    number bigint NOT NULL,              -- which of those who share the text, from 1; only requests share one
    stream_kind smallint NOT NULL,       -- the stream that has it, as in `streams`
    stream_id uuid NOT NULL,
    PRIMARY KEY (kind, value, number)
);

-- Requests that were carried out, with what they left.
CREATE TABLE org.requests (
    actor text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    salt bytea NOT NULL,
    fingerprint bytea NOT NULL,
    receipt text NOT NULL,               -- JSON of `Receipt`
    PRIMARY KEY (actor, id)
);

-- Who is excluded from something that a case waits for, and what is left for them: `Exclusion`. What comes of it for somebody
-- is what all of their rows share with the case.
CREATE TABLE org.case_exclusions (
    number bigint NOT NULL,
    person text COLLATE "C" NOT NULL,
    beside text COLLATE "C" NOT NULL,    -- empty, or a second person, for the two together: the greater of the two ids
    ready bigint NOT NULL,               -- what is left of `cases.ready`
    for_anyone bigint NOT NULL,          -- what is left of `cases.for_anyone`
    PRIMARY KEY (number, person, beside)
);

CREATE INDEX case_exclusions_by_person ON org.case_exclusions (person);

-- Values of fields by which cases are found: `FieldKey`. Only fields that are indexed have rows, one for each choice.
CREATE TABLE org.case_fields (
    case_type uuid NOT NULL,             -- the type that the case has
    field text COLLATE "C" NOT NULL,     -- `FieldId`
    value text COLLATE "C" NOT NULL,     -- in the form in which values are compared, so that the order of its bytes is theirs:
                                         -- `t` before a text; `n` before a number, as 16 hexadecimal digits of it plus 2^63
    number bigint NOT NULL,
    PRIMARY KEY (case_type, field, value, number)
);

CREATE INDEX case_fields_by_case ON org.case_fields (number);

-- The same of customers.
CREATE TABLE org.customer_fields (
    field text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,     -- as in `case_fields`
    customer uuid NOT NULL,
    PRIMARY KEY (field, value, customer)
);

CREATE INDEX customer_fields_by_customer ON org.customer_fields (customer);

-- Tags by which cases are found. A tag that was merged has no rows: its cases have those of the tag for which it stands.
CREATE TABLE org.case_tags (
    tag uuid NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (tag, number)
);

CREATE INDEX case_tags_by_case ON org.case_tags (number, tag);

-- What can be found, a case or a note each, by its terms alone. They are made by core and taken as they are: `tsvector` is
-- filled by `array_to_tsvector`, and asked by a `tsquery` that was cast and never parsed by a dictionary.
CREATE TABLE org.search (
    id bigint PRIMARY KEY,               -- twice the position of the event that raised or added it, plus 1 for a note: a greater
                                         -- one is newer, and an edit keeps it
    case_id uuid NOT NULL,               -- the case, or that of the note
    note uuid,                           -- NULL for a case
    visibility smallint,                 -- of the note
    terms tsvector NOT NULL
) WITH (fillfactor = 90);

CREATE INDEX search_by_term ON org.search USING gin (terms);

-- Large bytes, kept outside the states.
CREATE TABLE org.blobs (
    id uuid PRIMARY KEY,
    size bigint NOT NULL,
    last_start bigint NOT NULL,          -- where its last chunk begins: that one may come again, and changes nothing
    appended_at bigint NOT NULL,         -- when its last chunk came
    kept boolean NOT NULL                -- whether a commit refers to it; an orphan before
);

CREATE INDEX blobs_orphaned ON org.blobs (appended_at) WHERE NOT kept;

-- Pieces of blobs, of 64 KiB at most, wherever chunks began.
CREATE TABLE org.blob_pieces (
    blob uuid NOT NULL,
    start bigint NOT NULL,               -- where in the blob it begins
    bytes bytea NOT NULL,
    PRIMARY KEY (blob, start)
);

-- What is given is compressed or encrypted mostly: it is stored out of line and not compressed again.
ALTER TABLE org.blob_pieces ALTER bytes SET STORAGE EXTERNAL;
