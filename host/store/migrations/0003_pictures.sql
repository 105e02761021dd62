-- Pictures by reference; their bytes lie in the folder `pictures` under their hash.

CREATE TABLE provenance (
    township INTEGER NOT NULL, -- the township that owns it
    sha256   BLOB NOT NULL,    -- 32 bytes
    camera   TEXT NOT NULL,    -- the camera that sent it first
    time_ms  INTEGER NOT NULL, -- when it was taken, milliseconds since 1970 UTC
    width    INTEGER NOT NULL, -- pixels
    height   INTEGER NOT NULL, -- pixels
    bytes    INTEGER NOT NULL, -- size of the stored JPEG
    PRIMARY KEY (township, sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE latest_pictures (
    township INTEGER NOT NULL, -- the camera's township
    camera   TEXT NOT NULL,    -- the camera
    sha256   BLOB NOT NULL,    -- the picture that it sent last
    time_ms  INTEGER NOT NULL, -- when it was taken, milliseconds since 1970 UTC
    width    INTEGER NOT NULL, -- pixels
    height   INTEGER NOT NULL, -- pixels
    bytes    INTEGER NOT NULL, -- size of the stored JPEG
    PRIMARY KEY (township, camera)
) STRICT, WITHOUT ROWID;

-- Which events refer to a picture: it stays as long as there is one.
CREATE TABLE event_pictures (
    position INTEGER NOT NULL, -- events.position
    sha256   BLOB NOT NULL,    -- the picture
    PRIMARY KEY (position, sha256)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_pictures_by_picture ON event_pictures (sha256);
