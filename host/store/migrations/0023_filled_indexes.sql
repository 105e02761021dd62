-- Which declared indexes hold every record of their collection. One that a later build declares is filled once, from the
-- records that are there; none is known to be whole before this table.
CREATE TABLE filled_indexes (
    module     INTEGER NOT NULL, -- modules.number
    collection TEXT NOT NULL,    -- a collection of the manifest
    name       TEXT NOT NULL,    -- a declared index of it
    pointer    TEXT NOT NULL,    -- where its value lies in the documents
    PRIMARY KEY (module, collection, name)
) STRICT, WITHOUT ROWID;
