-- The event log. Times are milliseconds since 1970 UTC. No foreign keys: a violated one would look like a failing
-- disk to the writer; the statements themselves keep rows together.

CREATE TABLE townships (
    township   INTEGER PRIMARY KEY, -- nine digits of the division code, as a number
    last_seq   INTEGER NOT NULL,    -- number of the newest event; never falls, also when events are removed
    dedupe_seq INTEGER NOT NULL     -- ids of the events up to this number are no longer recognised
) STRICT;

CREATE TABLE events (
    position    INTEGER PRIMARY KEY,                                  -- township * 2^33 + seq: a log lies together, in order
    township    INTEGER NOT NULL AS (position >> 33) VIRTUAL,         -- whose log
    seq         INTEGER NOT NULL AS (position & 8589934591) VIRTUAL,  -- counts up from 1 without gaps inside the township
    received_ms INTEGER NOT NULL,                                     -- when the hub received it
    time_ms     INTEGER NOT NULL,                                     -- when it happened, by the source's clock
    depth       INTEGER NOT NULL,                                     -- how many causes stand before it
    cause       INTEGER,                                              -- seq of the causing event
    kind        TEXT NOT NULL,                                        -- dotted words
    camera      TEXT,                                                 -- the camera it is about
    source      TEXT NOT NULL,                                        -- who says so
    id          TEXT NOT NULL,                                        -- given by the source
    subject     TEXT,                                                 -- what else it is about
    pictures    TEXT,                                                 -- JSON array of picture references; NULL: none
    data        TEXT NOT NULL                                         -- JSON object as received
) STRICT;

CREATE INDEX events_by_kind ON events (township, kind);

CREATE INDEX events_by_camera ON events (township, camera) WHERE camera IS NOT NULL;

-- Between which numbers the events received in an hour lie: finds times without an index entry for each event.
CREATE TABLE log_hours (
    township  INTEGER NOT NULL, -- whose log
    hour      INTEGER NOT NULL, -- received_ms / 3600000
    first_seq INTEGER NOT NULL, -- smallest number received in that hour
    last_seq  INTEGER NOT NULL, -- largest number received in that hour
    PRIMARY KEY (township, hour)
) STRICT, WITHOUT ROWID;

-- Ids that are recognised when they come again. Rows go with the passing of townships.dedupe_seq.
CREATE TABLE dedupe (
    key BLOB PRIMARY KEY -- hash of township and source, then the id itself or its hash: neighbours in time lie together
) STRICT, WITHOUT ROWID;

-- How far events were handed on to somebody outside.
CREATE TABLE outbox_cursors (
    name     TEXT NOT NULL,    -- the receiver
    township INTEGER NOT NULL, -- whose log
    seq      INTEGER NOT NULL, -- everything up to this number is handed on
    PRIMARY KEY (name, township)
) STRICT, WITHOUT ROWID;
