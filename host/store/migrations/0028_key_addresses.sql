-- From where an API key is taken.

ALTER TABLE api_keys ADD COLUMN addresses TEXT NOT NULL DEFAULT '[]'; -- JSON: ["10.20.0.0/16"]; none: from everywhere
