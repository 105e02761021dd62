-- Cases: how each stands, as a document and as columns that are looked for; and what was done with it.

CREATE TABLE cases (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE, -- township, year, serial: 371122102-2026-000017
    township        INTEGER NOT NULL,     -- nine digits of the division code, as a number
    year            INTEGER NOT NULL,     -- in China, of its opening
    serial          INTEGER NOT NULL,     -- from 1 in township and year
    plugin          TEXT,                 -- the module of the township that opened it; NULL: a person did
    key             TEXT,                 -- the module's own name for it
    stage           TEXT NOT NULL,
    place           TEXT NOT NULL,        -- 12 digits
    code            TEXT NOT NULL,        -- of the matter
    source          TEXT NOT NULL,
    unit            TEXT,
    handler         TEXT,                 -- an account
    grid            TEXT,
    overdue         INTEGER NOT NULL,     -- 1: a limit of it ended unkept
    opened_ms       INTEGER NOT NULL,     -- milliseconds since 1970 UTC, as all times here
    filed_ms        INTEGER,
    closed_ms       INTEGER,              -- closed, rejected or voided; NULL: open
    final_due_ms    INTEGER,              -- when it should be closed
    next_overdue_ms INTEGER,              -- when the clock has something to do with it
    done            INTEGER NOT NULL,     -- 1: closed or evaluated
    on_time         INTEGER NOT NULL,     -- 1: and that by its final limit
    reworks         INTEGER NOT NULL,
    extensions      INTEGER NOT NULL,
    revision        INTEGER NOT NULL,     -- the number of its last step
    document        TEXT NOT NULL         -- the case as JSON
) STRICT;

CREATE UNIQUE INDEX cases_by_key ON cases (township, plugin, key) WHERE plugin IS NOT NULL;
CREATE UNIQUE INDEX cases_by_serial ON cases (township, year, serial);
CREATE INDEX cases_due ON cases (next_overdue_ms) WHERE next_overdue_ms IS NOT NULL;

-- A list reads one of these from its newest end, with all that it is narrowed by, and then only the rows that it shows.
CREATE INDEX cases_of_township ON cases (township, opened_ms, id, plugin, stage, place, code, unit, handler, grid, overdue);
CREATE INDEX cases_of_all ON cases (opened_ms, id, township, plugin, stage, place, code, unit, handler, grid, overdue);

-- Figures read these, each over the time that it counts.
CREATE INDEX cases_of_figures ON cases (township, plugin, opened_ms, filed_ms, final_due_ms, closed_ms, done, on_time, reworks,
    extensions, overdue, place, unit, grid, code, source);

CREATE TABLE case_steps (
    township INTEGER NOT NULL,
    id       TEXT NOT NULL,    -- the case
    n        INTEGER NOT NULL, -- from 1 without gaps
    at_ms    INTEGER NOT NULL,
    document TEXT NOT NULL,    -- the step as JSON
    PRIMARY KEY (township, id, n)
) STRICT, WITHOUT ROWID;
