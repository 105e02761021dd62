-- Who may connect, what was refused, and small facts about the hub itself.

CREATE TABLE devices (
    township        INTEGER NOT NULL, -- nine digits of the division code, as a number
    camera          TEXT NOT NULL,    -- the camera it may publish for
    name            TEXT NOT NULL,    -- name of the camera
    place           TEXT NOT NULL,    -- 12-digit division code of where it stands
    password_sha256 TEXT NOT NULL,    -- hex
    enabled         INTEGER NOT NULL, -- 1: may connect
    registered_ms   INTEGER NOT NULL, -- when it was registered, milliseconds since 1970 UTC
    last_seen_ms    INTEGER,          -- when an event of it was last accepted; NULL: never
    PRIMARY KEY (township, camera)
) STRICT, WITHOUT ROWID;

CREATE TABLE refusals (
    number   INTEGER PRIMARY KEY, -- order of arrival
    at_ms    INTEGER NOT NULL,    -- when, milliseconds since 1970 UTC
    township INTEGER,             -- NULL: not known
    source   TEXT NOT NULL,       -- who sent it, as claimed
    place    TEXT NOT NULL,       -- where it came in
    code     INTEGER NOT NULL,    -- why, without XL
    detail   TEXT NOT NULL,       -- why, in words
    sample   BLOB NOT NULL        -- its first bytes, at most 4096
) STRICT;

CREATE TABLE facts (
    name  TEXT PRIMARY KEY, -- which fact
    value TEXT NOT NULL     -- the fact
) STRICT, WITHOUT ROWID;
