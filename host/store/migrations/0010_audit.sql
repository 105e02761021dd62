-- The audit log of the county: a row for each act and each look, each bound to the one before by its hash. Rows are never
-- changed; only those that retention signed for can go.

CREATE TABLE audit (
    seq      INTEGER PRIMARY KEY, -- from 1 without gaps: the order, whatever the clock says
    at_ms    INTEGER NOT NULL,    -- when, milliseconds since 1970 UTC
    who      TEXT NOT NULL,       -- person, program, module or stage
    unit     TEXT NOT NULL,       -- unit and role, as far as known
    township INTEGER,             -- nine digits of the division code, as a number; NULL: in none or all
    action   TEXT NOT NULL,       -- dotted words such as camera.register
    object   TEXT NOT NULL,       -- what it was done to
    camera   TEXT,                -- which camera was looked at; NULL: it was no look
    purpose  TEXT,                -- for which purpose; NULL together with camera
    reason   TEXT,                -- why; NULL together with camera
    outcome  TEXT NOT NULL,       -- allowed, failed, refused or noted
    about    INTEGER,             -- the row that this one is about
    detail   TEXT NOT NULL,       -- what else there is to say
    hash     BLOB NOT NULL        -- SHA-256 of the canonical form with the hash before, 32 bytes
) STRICT;

CREATE INDEX audit_by_who ON audit (who, seq);
CREATE INDEX audit_by_action ON audit (action, seq);
CREATE INDEX audit_by_look ON audit (township, camera, seq) WHERE camera IS NOT NULL;
CREATE INDEX audit_by_time ON audit (at_ms, seq);

-- The last row that retention removed.
CREATE TABLE audit_base (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL, -- 0: none
    hash BLOB NOT NULL     -- its hash; 32 zero bytes before any
) STRICT;

INSERT INTO audit_base (one, seq, hash) VALUES (1, 0, zeroblob(32));

-- Guards against faults of our own. Whoever opens the file himself is found by the verifier.
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'a row of the audit log is never changed'); END;

CREATE TRIGGER audit_goes_only_by_retention BEFORE DELETE ON audit
WHEN OLD.seq > (SELECT seq FROM audit_base)
BEGIN SELECT raise(ABORT, 'a row of the audit log goes only by retention'); END;
