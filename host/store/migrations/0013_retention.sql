-- What decides how long the log is kept: time that surely passed, cameras that were public-security ones, holds; and what
-- retention removed.

-- The time that the hub has lived: it moves only by what the wall clock and a clock that nobody can set both say has passed.
CREATE TABLE lived_time (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    lived_ms INTEGER NOT NULL, -- milliseconds, from 0 at the first start; never falls
    wall_ms  INTEGER           -- what the wall clock said at the last look; NULL: nobody has looked yet
) STRICT;

INSERT INTO lived_time (one, lived_ms, wall_ms) VALUES (1, 0, NULL);

-- How far each log had come by then: everything up to last_seq is at least as old.
CREATE TABLE log_marks (
    township INTEGER NOT NULL, -- whose log
    lived_ms INTEGER NOT NULL, -- lived time of the mark
    last_seq INTEGER NOT NULL, -- number of its newest event
    PRIMARY KEY (township, lived_ms)
) STRICT, WITHOUT ROWID;

-- Cameras that were public-security ones until somebody classed them anew or removed them.
CREATE TABLE once_public (
    township INTEGER NOT NULL, -- the camera's township
    camera   TEXT NOT NULL,    -- the camera
    last_seq INTEGER NOT NULL, -- its events up to this number came while it was one
    PRIMARY KEY (township, camera)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER a_camera_leaves_its_class AFTER UPDATE OF class ON cameras
WHEN OLD.class = 'public-security' AND NEW.class <> OLD.class
BEGIN
    INSERT INTO once_public (township, camera, last_seq)
    VALUES (OLD.township, OLD.camera, coalesce((SELECT last_seq FROM townships WHERE township = OLD.township), 0))
    ON CONFLICT (township, camera) DO UPDATE SET last_seq = excluded.last_seq;
END;

CREATE TRIGGER a_camera_leaves_the_register AFTER DELETE ON cameras
WHEN OLD.class = 'public-security'
BEGIN
    INSERT INTO once_public (township, camera, last_seq)
    VALUES (OLD.township, OLD.camera, coalesce((SELECT last_seq FROM townships WHERE township = OLD.township), 0))
    ON CONFLICT (township, camera) DO UPDATE SET last_seq = excluded.last_seq;
END;

CREATE TABLE holds (
    number       INTEGER PRIMARY KEY, -- its number in the county
    township     INTEGER NOT NULL,    -- whose log
    scope        TEXT NOT NULL,       -- JSON: cameras, kinds, from_ms, to_ms; what is empty lets everything pass
    document     TEXT NOT NULL,       -- number of the case or document
    reason       TEXT NOT NULL,       -- why
    until_ms     INTEGER,             -- when it ends by itself; NULL: when somebody lifts it
    placed_by    TEXT NOT NULL,       -- who placed it
    placed_ms    INTEGER NOT NULL,    -- when, milliseconds since 1970 UTC
    placed_lived INTEGER NOT NULL,    -- when, in lived time: it never ends before so much of it has passed
    lifted_by    TEXT,                -- who lifted it; NULL: nobody
    lifted_ms    INTEGER,             -- when
    lifted_why   TEXT                 -- why
) STRICT;

CREATE INDEX holds_by_township ON holds (township);

-- Guards against faults of our own.
CREATE TRIGGER a_hold_stays_on_record BEFORE DELETE ON holds
BEGIN SELECT raise(ABORT, 'a hold is lifted, never removed'); END;

CREATE TRIGGER a_hold_is_lifted_once BEFORE UPDATE ON holds
WHEN OLD.lifted_by IS NOT NULL OR NEW.township <> OLD.township OR NEW.scope <> OLD.scope OR NEW.until_ms IS NOT OLD.until_ms
BEGIN SELECT raise(ABORT, 'a hold is never changed but by lifting it'); END;

-- What retention removed, a row for each run, kind, rule and number of days; written with the removal.
CREATE TABLE retention_runs (
    run        INTEGER NOT NULL, -- counts up
    township   INTEGER NOT NULL, -- whose log
    kind       TEXT NOT NULL,    -- kind of the events
    rule       TEXT NOT NULL,    -- the rule that they went by
    days       INTEGER NOT NULL, -- how long they were kept
    at_ms      INTEGER NOT NULL, -- when, milliseconds since 1970 UTC
    lived_ms   INTEGER NOT NULL, -- when, in lived time
    events     INTEGER NOT NULL, -- events removed
    first_seq  INTEGER,          -- the first of them; NULL: none
    last_seq   INTEGER,          -- the last of them
    from_ms    INTEGER,          -- when the earliest of them was received
    to_ms      INTEGER,          -- when the latest of them was received
    pictures   INTEGER NOT NULL, -- pictures removed with them
    bytes      INTEGER NOT NULL, -- bytes of those pictures
    held       INTEGER NOT NULL, -- events that were due and stayed because of a hold
    PRIMARY KEY (run, township, kind, rule, days)
) STRICT, WITHOUT ROWID;

CREATE INDEX retention_runs_by_township ON retention_runs (township, run);
