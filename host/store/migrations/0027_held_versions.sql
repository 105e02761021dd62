-- Versions of records that their modules deleted or replaced while a hold covered them: a hold keeps what it names, whoever
-- deletes it. To its module such a version is gone.
CREATE TABLE held_versions (
    number        INTEGER PRIMARY KEY, -- the newest has the largest
    module        INTEGER NOT NULL,    -- modules.number
    collection    TEXT NOT NULL,       -- the record's collection
    key           TEXT NOT NULL,       -- the record's key inside it
    document      TEXT NOT NULL,       -- JSON object as text, as it was
    written_lived INTEGER NOT NULL,    -- when it was written, in lived time
    went_lived    INTEGER NOT NULL,    -- when its module deleted or replaced it, in lived time
    went_ms       INTEGER NOT NULL     -- the same by the clock on the wall, which is read once a minute; 0: nobody had looked
) STRICT;

CREATE INDEX held_versions_by_collection ON held_versions (module, collection);

-- Each commit that writes or deletes records asks whether anything is held at all.
CREATE INDEX holds_not_lifted ON holds (until_ms, placed_ms, placed_lived) WHERE lifted_by IS NULL;
