-- How old records are, so that they can go when their time is over; and how many events each module published on a day.

-- In lived time. What is there already counts as written now.
ALTER TABLE records ADD COLUMN written_lived INTEGER NOT NULL DEFAULT 0;

UPDATE records SET written_lived = (SELECT lived_ms FROM lived_time);

ALTER TABLE module_usage ADD COLUMN published INTEGER NOT NULL DEFAULT 0; -- events that the module published
