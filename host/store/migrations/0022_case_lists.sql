-- Two sets have the same code for different matters.
ALTER TABLE cases ADD COLUMN matter_set TEXT NOT NULL DEFAULT ''; -- of the code
UPDATE cases SET matter_set = json_extract(document, '$.matter.set');

-- What is still open is a small part of all cases, and nearly every list asks for it: indexes over the open ones alone, with
-- all that a list is narrowed by.
CREATE INDEX cases_open_of_township ON cases (township, opened_ms, id, plugin, stage, place, code, unit, handler, grid,
    overdue, source, matter_set) WHERE closed_ms IS NULL;
CREATE INDEX cases_open_of_all ON cases (opened_ms, id, township, plugin, stage, place, code, unit, handler, grid, overdue)
    WHERE closed_ms IS NULL;

-- Figures read the time that they count and no more: what was opened in it, filed in it, due in it, and what is late now.
DROP INDEX cases_of_figures;
DROP INDEX cases_of_township;
CREATE INDEX cases_of_township ON cases (township, opened_ms, id, plugin, stage, place, code, unit, handler, grid, overdue,
    source, matter_set);
CREATE INDEX cases_filed ON cases (township, filed_ms, plugin, extensions, place, unit, grid, code, source,
    matter_set) WHERE filed_ms IS NOT NULL;
CREATE INDEX cases_to_close ON cases (township, final_due_ms, plugin, done, on_time, reworks, place, unit, grid, code,
    source, matter_set) WHERE final_due_ms IS NOT NULL;
