-- The picture of a camera at about a time: the reference of the same hour a day before.

CREATE INDEX provenance_by_camera ON provenance (township, camera, time_ms);
