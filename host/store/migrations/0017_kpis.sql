-- Key figures that modules report: numerators and denominators, which readers add up. What was replaced stays.

CREATE TABLE kpis (
    number      INTEGER PRIMARY KEY,
    township    INTEGER NOT NULL, -- nine digits of the division code, as a number
    plugin      TEXT NOT NULL,    -- the module of the township that reported it
    kpi         TEXT NOT NULL,    -- of its manifest
    version     INTEGER NOT NULL, -- of the way of counting
    period      TEXT NOT NULL,    -- 2026, 2026-11 or 2026-11-26, in China
    place       TEXT NOT NULL,    -- 12 digits: the township or a village of it
    numerator   REAL NOT NULL,
    denominator REAL NOT NULL,    -- 0: there is no data
    at_ms       INTEGER NOT NULL, -- when it was reported, milliseconds since 1970 UTC
    replaced_ms INTEGER           -- when another one took its place; NULL: it holds
) STRICT;

CREATE UNIQUE INDEX kpis_that_hold ON kpis (township, plugin, kpi, version, period, place) WHERE replaced_ms IS NULL;
CREATE INDEX kpis_by_module ON kpis (township, plugin, period);
CREATE INDEX kpis_by_period ON kpis (period, township, plugin) WHERE replaced_ms IS NULL;
