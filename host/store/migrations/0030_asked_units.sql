-- Of which unit somebody was when he asked for an export: the register says so of each picture that is given out.

ALTER TABLE exports ADD COLUMN asked_unit TEXT NOT NULL DEFAULT ''; -- as audit.unit; empty: asked before it was kept

CREATE TRIGGER a_unit_is_that_of_who_asked BEFORE UPDATE ON exports
WHEN NEW.asked_unit <> OLD.asked_unit
BEGIN SELECT raise(ABORT, 'what was asked for never changes'); END;
