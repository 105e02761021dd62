-- Whose plugins run, what waits for an approval, and what each module used.

ALTER TABLE plugins ADD COLUMN signature TEXT; -- who vouches for it, as its file says; compared at each start

CREATE TABLE waiting_upgrades (
    module   INTEGER PRIMARY KEY, -- modules.number
    digest   TEXT NOT NULL,       -- the build that asks for more than the one that runs
    settings TEXT,                -- the settings that were asked for with it, JSON object
    grants   TEXT,                -- the grants that were asked for with it, JSON
    asked_by TEXT NOT NULL,       -- who wanted to upgrade
    asked_ms INTEGER NOT NULL     -- when
) STRICT;

CREATE TABLE module_usage (
    module       INTEGER NOT NULL, -- modules.number
    day          TEXT NOT NULL,    -- in China, 2026-03-05
    events       INTEGER NOT NULL, -- events handled
    pictures     INTEGER NOT NULL, -- pictures handed over
    cpu_us       INTEGER NOT NULL, -- CPU time of runs that were committed, in microseconds
    stored_bytes INTEGER NOT NULL, -- bytes of its records at its last commit of that day
    PRIMARY KEY (module, day)
) STRICT, WITHOUT ROWID;

-- Bytes of a module's records now; kept with each commit, so that nobody has to add them up.
ALTER TABLE modules ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;

UPDATE modules SET stored_bytes = coalesce((
    SELECT sum(octet_length(records.collection) + octet_length(records.key) + octet_length(records.document))
    FROM records WHERE records.module = modules.number
), 0);
