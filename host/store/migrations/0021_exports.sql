-- Exports: pictures that leave the hub for an office outside.

CREATE TABLE exports (
    number         INTEGER PRIMARY KEY, -- its number in the county
    township       INTEGER NOT NULL,    -- whose pictures
    wish           TEXT NOT NULL,       -- JSON: cameras, time, level, purpose, basis, document, recipient, reason
    asked_by       TEXT NOT NULL,       -- who asked
    asked_ms       INTEGER NOT NULL,    -- when, milliseconds since 1970 UTC
    lapses_ms      INTEGER NOT NULL,    -- until when somebody may agree
    agreed         INTEGER,             -- 1: somebody else agreed, 0: refused; NULL: nobody decided
    decided_by     TEXT,                -- who
    decided_ms     INTEGER,             -- when
    decided_words  TEXT,                -- in which words
    sha256         TEXT,                -- of the file, hex; NULL: it is not made yet
    bytes          INTEGER,             -- size of the file
    pictures       INTEGER,             -- pictures in it
    until_ms       INTEGER,             -- until when it can be fetched
    fetched        INTEGER NOT NULL,    -- how often it was
    gone_ms        INTEGER,             -- when the hub deleted it
    receipt_by     TEXT,                -- who wrote down that it was destroyed outside
    receipt_ms     INTEGER,             -- when
    receipt_words  TEXT                 -- in which words
) STRICT;

CREATE INDEX exports_by_township ON exports (township);
CREATE INDEX exports_by_person ON exports (asked_by, asked_ms);

-- Guards against faults of our own.
CREATE TRIGGER an_export_stays_on_record BEFORE DELETE ON exports
BEGIN SELECT raise(ABORT, 'an export ends, it is never removed'); END;

CREATE TRIGGER an_approval_is_for_what_was_asked BEFORE UPDATE ON exports
WHEN NEW.township <> OLD.township OR NEW.wish <> OLD.wish OR NEW.asked_by <> OLD.asked_by
BEGIN SELECT raise(ABORT, 'what was asked for never changes'); END;

CREATE TRIGGER an_export_is_decided_once_by_somebody_else BEFORE UPDATE OF agreed, decided_by ON exports
WHEN OLD.agreed IS NOT NULL OR NEW.decided_by = OLD.asked_by
BEGIN SELECT raise(ABORT, 'an export is decided once, by somebody else'); END;
