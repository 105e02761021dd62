-- What modules are and keep.

CREATE TABLE plugins (
    digest       TEXT PRIMARY KEY, -- SHA-256 of the packed component, hex; the bytes lie in the folder `plugins`
    id           TEXT NOT NULL,    -- the plugin in all its versions
    manifest     TEXT NOT NULL,    -- its manifest as JSON
    installed_ms INTEGER NOT NULL  -- when it was installed
) STRICT, WITHOUT ROWID;

CREATE TABLE modules (
    number     INTEGER PRIMARY KEY, -- short name of (township, plugin) in the tables below; never used twice
    township   INTEGER NOT NULL,    -- the township that enabled it
    plugin     TEXT NOT NULL,       -- the plugin that runs
    digest     TEXT NOT NULL,       -- the build that runs
    previous   TEXT,                -- the build that ran before the last upgrade
    settings   TEXT NOT NULL,       -- JSON object, valid against the plugin's schema
    grants     TEXT NOT NULL,       -- JSON of what it may see and do
    state      TEXT NOT NULL CHECK (state IN ('running', 'suspended', 'disabled')),
    reason     TEXT,                -- why it is suspended
    cursor     INTEGER NOT NULL,    -- everything up to this seq is handled
    revision   INTEGER NOT NULL,    -- raised by every change; a commit from an older one is dropped
    enabled_ms INTEGER NOT NULL,    -- when it was enabled
    UNIQUE (township, plugin)
) STRICT;

CREATE TABLE records (
    number     INTEGER PRIMARY KEY, -- short name of the record in record_index
    module     INTEGER NOT NULL,    -- modules.number
    collection TEXT NOT NULL,       -- a collection of the manifest
    key        TEXT NOT NULL,       -- the key inside it
    document   TEXT NOT NULL,       -- JSON object as text
    UNIQUE (module, collection, key)
) STRICT;

-- What a record has under the declared indexes; written anew with the record.
CREATE TABLE record_index (
    record     INTEGER NOT NULL, -- records.number
    name       TEXT NOT NULL,    -- a declared index
    value      ANY NOT NULL,     -- integer or text; integers sort before texts
    module     INTEGER NOT NULL, -- of the record
    collection TEXT NOT NULL,    -- of the record
    key        TEXT NOT NULL,    -- of the record
    PRIMARY KEY (record, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_index_by_value ON record_index (module, collection, name, value, key);

CREATE TABLE links (
    code    TEXT PRIMARY KEY,  -- the random code
    module  INTEGER NOT NULL,  -- modules.number of the issuer
    page    TEXT NOT NULL,     -- the page it opens
    query   TEXT NOT NULL,     -- the page's query, JSON object
    revoked INTEGER NOT NULL,  -- 1: closed
    views   INTEGER NOT NULL   -- how often it was opened; never by whom
) STRICT, WITHOUT ROWID;

CREATE INDEX links_by_module ON links (module);

CREATE TABLE dead_letters (
    module INTEGER NOT NULL, -- modules.number
    seq    INTEGER NOT NULL, -- the event in the township's log; the row goes with its event
    at_ms  INTEGER NOT NULL, -- when the module gave up
    tries  INTEGER NOT NULL, -- how often it was tried
    code   INTEGER NOT NULL, -- code of the last failure, without XL
    error  TEXT NOT NULL,    -- the last failure in words
    PRIMARY KEY (module, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE answers (
    module    INTEGER NOT NULL, -- modules.number
    first_seq INTEGER NOT NULL, -- first event of the run; the rows go with it
    number    INTEGER NOT NULL, -- order of the questions
    question  TEXT NOT NULL,    -- what was asked, as the guest asked it
    answer    TEXT NOT NULL,    -- what the host answered, JSON
    PRIMARY KEY (module, first_seq, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE module_log (
    number  INTEGER PRIMARY KEY, -- order of the lines
    module  INTEGER NOT NULL,    -- modules.number
    at_ms   INTEGER NOT NULL,    -- when
    level   TEXT NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
    message TEXT NOT NULL        -- at most 4096 bytes
) STRICT;

CREATE INDEX module_log_by_module ON module_log (module);

CREATE TABLE schedules (
    module  INTEGER NOT NULL, -- modules.number
    name    TEXT NOT NULL,    -- its name in the manifest
    cron    TEXT NOT NULL,    -- five-field cron text
    zone    TEXT NOT NULL,    -- IANA zone that the cron text is read in
    missed  TEXT NOT NULL CHECK (missed IN ('once', 'all', 'skip')),
    next_ms INTEGER NOT NULL, -- the next due time
    PRIMARY KEY (module, name)
) STRICT, WITHOUT ROWID;
