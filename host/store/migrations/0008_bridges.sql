-- A login may be that of a bridge: it speaks for the cameras that are attached through it, and is none itself.

ALTER TABLE devices ADD COLUMN bridge INTEGER NOT NULL DEFAULT 0;
