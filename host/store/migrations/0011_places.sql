-- Divisions by code, each period of their life: what they were called, from when to when, and what came after.

CREATE TABLE places (
    code       TEXT NOT NULL,    -- 12 digits
    from_day   TEXT NOT NULL,    -- first day of the period, YYYY-MM-DD; empty: longer than anybody wrote down
    to_day     TEXT,             -- the first day after it; NULL: it lasts
    name       TEXT NOT NULL,    -- the official name
    pinyin     TEXT NOT NULL,    -- the same without tones; empty: nobody wrote it
    en         TEXT NOT NULL,    -- the name in English; empty: nobody wrote it
    kind       TEXT NOT NULL CHECK (kind IN ('administrative', 'statistical')),
    successor  TEXT,             -- its code after the period; NULL: none is known
    changed_ms INTEGER NOT NULL, -- when it was last entered, milliseconds since 1970 UTC
    CHECK (to_day > from_day),
    PRIMARY KEY (code, from_day)
) STRICT, WITHOUT ROWID;
