-- What the files in the table "changed_files" name, noted before their rows are deleted and after new ones are loaded: of all that only the
-- whole warehouse knows, nothing else can change.
CREATE TEMP TABLE IF NOT EXISTS changed_names (kind VARCHAR, name VARCHAR);
CREATE TEMP TABLE IF NOT EXISTS changed_entities (kind VARCHAR, entity_id VARCHAR);
CREATE TEMP TABLE IF NOT EXISTS changed_days (kind VARCHAR, on_date DATE);

CREATE OR REPLACE TEMP TABLE named AS
SELECT DISTINCT kind, name, entity_id FROM mentions WHERE left(article_id, 16) IN (FROM changed_files);

INSERT INTO changed_entities SELECT DISTINCT kind, entity_id FROM named;
INSERT INTO changed_names SELECT DISTINCT kind, name FROM named;

INSERT INTO changed_days
SELECT DISTINCT kind, on_date FROM events WHERE left(article_id, 16) IN (FROM changed_files) AND on_date IS NOT NULL;

DROP TABLE named;
