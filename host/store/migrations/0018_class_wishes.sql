-- The class of a camera, once a person has said it, becomes another one only when a second person says the same.

CREATE TABLE class_wishes (
    township   INTEGER NOT NULL, -- nine digits of the division code, as a number
    camera     TEXT NOT NULL,    -- whose class
    from_class TEXT NOT NULL CHECK (from_class IN ('public-security', 'other-public-place', 'non-public')),
    to_class   TEXT NOT NULL CHECK (to_class IN ('public-security', 'other-public-place', 'non-public')),
    asked_by   TEXT NOT NULL,    -- the account that wants it
    asked_ms   INTEGER NOT NULL, -- when, milliseconds since 1970 UTC; it lapses 30 days later
    reason     TEXT NOT NULL,    -- why
    PRIMARY KEY (township, camera)
) STRICT, WITHOUT ROWID;

-- What a person had said of cameras that were removed: whoever registers one again says the same first.
CREATE TABLE removed_classes (
    township   INTEGER NOT NULL,
    camera     TEXT NOT NULL,
    class      TEXT NOT NULL CHECK (class IN ('public-security', 'other-public-place', 'non-public')),
    removed_ms INTEGER NOT NULL, -- milliseconds since 1970 UTC
    PRIMARY KEY (township, camera)
) STRICT, WITHOUT ROWID;
