-- A receipt that is overdue is told once: with the row of the audit log that tells of it, in the same commit, its export is marked.

ALTER TABLE exports ADD COLUMN overdue_ms INTEGER; -- when the log told that its receipt is overdue; NULL: it did not

CREATE INDEX exports_owed ON exports (until_ms) WHERE fetched > 0 AND receipt_by IS NULL;

-- The object is what the hub calls an export: `export 371122102-E18`.
CREATE TRIGGER an_overdue_receipt_is_told_once AFTER INSERT ON audit
WHEN NEW.action = 'export.receipt-overdue'
BEGIN
    UPDATE exports SET overdue_ms = NEW.at_ms
    WHERE township = NEW.township AND overdue_ms IS NULL AND NEW.object = printf('export %09d-E%d', township, number);
END;
