-- Requests of people about their information, and how often cameras were looked at. Who asks, for what, and what he was told
-- stands here only sealed, with a key that is not in the database.

CREATE TABLE requests (
    township      INTEGER NOT NULL, -- nine digits of the division code, as a number: whose desk handles it
    number        TEXT NOT NULL,    -- ten random letters: tells neither order nor number of others
    secret_sha256 TEXT NOT NULL,    -- hex, of the secret that whoever asked has (100 random bits)
    kind          TEXT NOT NULL,    -- view, copy, correct, delete, complain
    state         TEXT NOT NULL,    -- received, checked, in-work, answered, refused, withdrawn
    received_ms   INTEGER NOT NULL, -- milliseconds since 1970 UTC
    due_ms        INTEGER NOT NULL, -- until when it has to be answered
    extended      INTEGER NOT NULL, -- 1: that was put off, which is done once
    closed_ms     INTEGER,          -- when it was answered, refused or withdrawn; NULL: open
    filed_by      TEXT NOT NULL,    -- the account that filed it for who came with paper; empty: he himself
    sealed        BLOB,             -- name, contact and wish, sealed; NULL: erased
    PRIMARY KEY (township, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX requests_by_due ON requests (due_ms) WHERE closed_ms IS NULL;
CREATE INDEX requests_by_close ON requests (closed_ms) WHERE closed_ms IS NOT NULL;

CREATE TABLE request_steps (
    township INTEGER NOT NULL,
    number   TEXT NOT NULL,
    n        INTEGER NOT NULL, -- from 1 without gaps
    at_ms    INTEGER NOT NULL, -- milliseconds since 1970 UTC
    who      TEXT NOT NULL,    -- an account; empty: whoever asked
    step     TEXT NOT NULL,    -- check, begin, answer, refuse, extend, withdraw
    state    TEXT NOT NULL,    -- the state after it
    sealed   BLOB,             -- what was put in writing, sealed; NULL: nothing, or erased
    PRIMARY KEY (township, number, n),
    FOREIGN KEY (township, number) REFERENCES requests (township, number)
) STRICT, WITHOUT ROWID;

-- How often cameras of a township were looked at, by month of China, for everybody to see. Counted while rows of the audit log
-- are written, so that nobody's question reads that log.
CREATE TABLE look_counts (
    township  INTEGER NOT NULL, -- nine digits of the division code, as a number
    month     TEXT NOT NULL,    -- 2026-11
    purpose   TEXT NOT NULL,
    by_module INTEGER NOT NULL, -- 0: persons and their programs, 1: modules
    looks     INTEGER NOT NULL,
    PRIMARY KEY (township, month, purpose, by_module)
) STRICT, WITHOUT ROWID;

-- A row of a module stands for as many looks as its object begins with.
INSERT INTO look_counts (township, month, purpose, by_module, looks)
SELECT township, coalesce(strftime('%Y-%m', at_ms / 1000 + 28800, 'unixepoch'), ''), coalesce(purpose, ''), action = 'look.module',
    sum(CASE WHEN action = 'look.module' THEN min(max(1, CAST(object AS INTEGER)), 1000000000) ELSE 1 END)
FROM audit WHERE camera IS NOT NULL AND township IS NOT NULL AND outcome = 'allowed'
GROUP BY 1, 2, 3, 4;

CREATE TRIGGER looks_are_counted AFTER INSERT ON audit
WHEN NEW.camera IS NOT NULL AND NEW.township IS NOT NULL AND NEW.outcome = 'allowed'
BEGIN
    INSERT INTO look_counts (township, month, purpose, by_module, looks)
    VALUES (NEW.township, coalesce(strftime('%Y-%m', NEW.at_ms / 1000 + 28800, 'unixepoch'), ''), coalesce(NEW.purpose, ''),
        NEW.action = 'look.module',
        CASE WHEN NEW.action = 'look.module' THEN min(max(1, CAST(NEW.object AS INTEGER)), 1000000000) ELSE 1 END)
    ON CONFLICT (township, month, purpose, by_module) DO UPDATE SET looks = looks + excluded.looks;
END;
