-- The register of cameras, however they are attached. A device is the login of one of them.

CREATE TABLE cameras (
    township        INTEGER NOT NULL, -- nine digits of the division code, as a number
    camera          TEXT NOT NULL,    -- its id in the township
    name            TEXT NOT NULL,    -- its name for people
    place           TEXT NOT NULL,    -- 12-digit division code of where it stands
    owner_kind      TEXT NOT NULL CHECK (owner_kind IN ('enterprise', 'public-unit')),
    owner_name      TEXT NOT NULL,    -- who answers for it; empty: not known yet
    class           TEXT NOT NULL CHECK (class IN ('public-security', 'other-public-place', 'non-public')),
    class_confirmed INTEGER NOT NULL, -- 1: a person has said so
    attachment      TEXT NOT NULL CHECK (attachment IN ('mqtt', 'onvif', 'mapped', 'none')),
    details         TEXT NOT NULL,    -- JSON object of everything that nobody searches by
    registered_ms   INTEGER NOT NULL, -- when it was registered, milliseconds since 1970 UTC
    changed_ms      INTEGER NOT NULL, -- when its registration was last changed
    last_seen_ms    INTEGER,          -- when an event of it was last accepted; NULL: never
    PRIMARY KEY (township, camera)
) STRICT, WITHOUT ROWID;

-- Every device so far has been a camera. Of what place, nobody has said: the strictest class, until somebody does.
INSERT INTO cameras
SELECT township, camera, name, place, 'public-unit', '', 'public-security', 0, 'mqtt',
    '{"purposes":[],"signage":{"posted":false,"date":null,"note":""},"filing":{"number":null,"date":null},"attachment":{"kind":"mqtt"},"profiles":[],"masks":[],"retention_days":null,"heartbeat_s":null,"notes":""}',
    registered_ms, registered_ms, last_seen_ms
FROM devices;

ALTER TABLE devices DROP COLUMN name;

ALTER TABLE devices DROP COLUMN place;

ALTER TABLE devices DROP COLUMN last_seen_ms;

-- Passwords for cameras, sealed with a key that is not in the database.
CREATE TABLE camera_credentials (
    township   INTEGER NOT NULL, -- of the camera
    camera     TEXT NOT NULL,    -- of the camera
    sealed     BLOB NOT NULL,    -- as the hub sealed it: means nothing without its key, and under no other camera
    changed_ms INTEGER NOT NULL, -- when it was set, milliseconds since 1970 UTC
    PRIMARY KEY (township, camera)
) STRICT, WITHOUT ROWID;
