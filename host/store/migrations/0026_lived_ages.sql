-- How old rows of the audit log and closed requests are, in lived time: a clock on the wall alone makes none of them old.

-- How far the log had come by then: every row up to seq is at least as old. One mark a day at most.
CREATE TABLE audit_marks (
    seq      INTEGER PRIMARY KEY, -- number of its newest row
    lived_ms INTEGER NOT NULL     -- lived time of the mark
) STRICT;

ALTER TABLE requests ADD COLUMN closed_lived INTEGER; -- when it was closed, in lived time; NULL: open

-- What is closed already counts as closed now.
UPDATE requests SET closed_lived = (SELECT lived_ms FROM lived_time) WHERE closed_ms IS NOT NULL;
