-- Where cameras stood, when, and why; what people declared about them; sums of whole days.

CREATE TABLE status_intervals (
    township INTEGER NOT NULL, -- the camera's township
    camera   TEXT NOT NULL,    -- the camera
    from_us  INTEGER NOT NULL, -- its first moment, microseconds since 1970 UTC
    to_us    INTEGER,          -- the first moment after it; NULL: it lasts
    level    TEXT NOT NULL CHECK (level IN ('up', 'auth-failed', 'reachable', 'down', 'unknown', 'maintenance')),
    reason   TEXT NOT NULL,    -- a word of an open vocabulary
    source   TEXT NOT NULL,    -- who says so
    CHECK (to_us > from_us),
    PRIMARY KEY (township, camera, from_us)
) STRICT, WITHOUT ROWID;

-- One open interval a camera: where everything stands at a start.
CREATE UNIQUE INDEX status_open ON status_intervals (township, camera) WHERE to_us IS NULL;

CREATE INDEX status_by_end ON status_intervals (township, to_us);

-- Every miss, "offline" and return, also those that changed nothing; the newest weeks of them.
CREATE TABLE status_edges (
    township INTEGER NOT NULL, -- the camera's township
    camera   TEXT NOT NULL,    -- the camera
    at_us    INTEGER NOT NULL, -- when, microseconds since 1970 UTC
    kind     TEXT NOT NULL CHECK (kind IN ('miss', 'offline', 'doubt', 'return')),
    reason   TEXT NOT NULL,    -- why, in one word
    PRIMARY KEY (township, camera, at_us, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX status_edges_by_time ON status_edges (at_us);

CREATE TABLE maintenance_windows (
    township INTEGER NOT NULL, -- the camera's township
    camera   TEXT NOT NULL,    -- the camera
    from_us  INTEGER NOT NULL, -- its first moment, microseconds since 1970 UTC
    until_us INTEGER NOT NULL, -- the first moment after it; earlier than declared when it was taken back
    reason   TEXT NOT NULL,    -- why
    person   TEXT NOT NULL,    -- who declared it
    second   TEXT,             -- who else agreed, where it began in the past
    PRIMARY KEY (township, camera, from_us)
) STRICT, WITHOUT ROWID;

-- Whole days in Asia/Shanghai; can be worked out again from the intervals and the windows.
CREATE TABLE status_days (
    township       INTEGER NOT NULL, -- the camera's township
    day            INTEGER NOT NULL, -- days since 1970-01-01
    camera         TEXT NOT NULL,    -- the camera
    up_us          INTEGER NOT NULL, -- microseconds at each level
    auth_failed_us INTEGER NOT NULL,
    reachable_us   INTEGER NOT NULL,
    down_us        INTEGER NOT NULL,
    unknown_us     INTEGER NOT NULL,
    maintenance_us INTEGER NOT NULL,
    PRIMARY KEY (township, day, camera)
) STRICT, WITHOUT ROWID;
