-- People: who has an account, with which roles; sessions, API keys, failed sign-ins. Of every secret only a hash or a seal.

CREATE TABLE accounts (
    name           TEXT PRIMARY KEY, -- what the person signs in with, given once
    title          TEXT NOT NULL,    -- the person's name and office, for people
    reach          TEXT NOT NULL,    -- where the account belongs: `*` or a division code
    roles          TEXT NOT NULL,    -- JSON: [{"role", "reach"}]
    enabled        INTEGER NOT NULL, -- 1: may sign in
    password_hash  TEXT,             -- Argon2id as a PHC string; NULL: none of one's own yet
    first_sha256   TEXT,             -- hex, of the one-time first password (128 random bits); NULL: used or none
    first_until_ms INTEGER,          -- when that one dies, milliseconds since 1970 UTC
    factor_sealed  BLOB,             -- the secret of the second factor, sealed; NULL: none
    factor_proven  INTEGER NOT NULL, -- 1: a code of it was entered once
    factor_step    INTEGER NOT NULL, -- the newest step whose code was used: it and all before are refused
    created_ms     INTEGER NOT NULL  -- milliseconds since 1970 UTC
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY,     -- random, for people
    owner      TEXT NOT NULL REFERENCES accounts (name),
    title      TEXT NOT NULL,        -- what it is for
    sha256     TEXT NOT NULL UNIQUE, -- hex, of the key (256 random bits)
    roles      TEXT NOT NULL,        -- JSON: [{"role", "reach"}], at most what its owner holds
    created_ms INTEGER NOT NULL,     -- milliseconds since 1970 UTC
    expires_ms INTEGER,              -- NULL: never; only the key of the first start
    used_ms    INTEGER               -- when it was last used, to a minute; NULL: never
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    sha256    TEXT PRIMARY KEY,      -- hex, of the cookie's value (256 random bits)
    account   TEXT NOT NULL REFERENCES accounts (name),
    key       TEXT REFERENCES api_keys (id) ON DELETE CASCADE, -- the API key it was opened with; NULL: a password
    opened_ms INTEGER NOT NULL,      -- milliseconds since 1970 UTC
    seen_ms   INTEGER NOT NULL       -- when it was last used, to a minute
) STRICT, WITHOUT ROWID;

CREATE TABLE failed_sign_ins (
    name_sha256 TEXT NOT NULL,       -- hex, of the name as typed: people type passwords there
    address     TEXT NOT NULL,       -- where it was tried from
    failures    INTEGER NOT NULL,    -- in a row
    last_ms     INTEGER NOT NULL,    -- the last of them, milliseconds since 1970 UTC
    PRIMARY KEY (name_sha256, address)
) STRICT, WITHOUT ROWID;
