-- Which responsible units an account was put into: they narrow whose cases it handles.

ALTER TABLE accounts ADD COLUMN units TEXT NOT NULL DEFAULT '[]'; -- JSON: [{"unit", "reach"}]; none: all of its places
