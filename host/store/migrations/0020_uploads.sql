-- Pictures that people attached to forms of modules' pages. They have no camera and no masks; a row stays as long as an event
-- of the township names the picture, or for a day while no form with it was accepted.

CREATE TABLE uploads (
    township INTEGER NOT NULL, -- the module's township
    sha256   BLOB NOT NULL,    -- 32 bytes
    plugin   TEXT NOT NULL,    -- the module on whose page it was attached
    account  TEXT NOT NULL,    -- who attached it first
    time_ms  INTEGER NOT NULL, -- when, milliseconds since 1970 UTC
    width    INTEGER NOT NULL, -- pixels
    height   INTEGER NOT NULL, -- pixels
    bytes    INTEGER NOT NULL, -- size of the stored JPEG
    attached INTEGER NOT NULL, -- 1: an accepted form named it
    lived_ms INTEGER NOT NULL, -- lived time when somebody last wanted to use it
    PRIMARY KEY (township, sha256, plugin)
) STRICT, WITHOUT ROWID;

CREATE INDEX uploads_by_picture ON uploads (sha256);

CREATE INDEX uploads_left ON uploads (lived_ms) WHERE attached = 0;
