-- The store of record. Lists and places are JSON or the compact form of kb/store.py; order is that of `seq`.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- `seq` of files is where the numbers of their rows begin (kb/saving.py); units and problems belong to no file and count from 1.
CREATE TABLE files (seq INTEGER PRIMARY KEY, file TEXT NOT NULL, stamp TEXT NOT NULL);
CREATE TABLE sources (
  seq INTEGER PRIMARY KEY, file TEXT NOT NULL, format TEXT NOT NULL, encoding TEXT NOT NULL, digest TEXT NOT NULL,
  notes TEXT NOT NULL, others TEXT NOT NULL, text BLOB NOT NULL);
CREATE TABLE documents (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, file TEXT NOT NULL, title TEXT NOT NULL, number TEXT, issuers TEXT NOT NULL,
  level TEXT, region TEXT, date TEXT, genre TEXT, parent TEXT, disclosure TEXT,
  first_line INTEGER NOT NULL, last_line INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL);
CREATE TABLE clauses (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, document TEXT NOT NULL, parent TEXT, path TEXT NOT NULL, ordinal TEXT NOT NULL,
  kind TEXT NOT NULL, heading TEXT, text TEXT NOT NULL, spans TEXT NOT NULL, first_line INTEGER NOT NULL, last_line INTEGER NOT NULL);
CREATE TABLE grids (
  seq INTEGER PRIMARY KEY, document TEXT NOT NULL, clause TEXT NOT NULL, title TEXT NOT NULL, header TEXT NOT NULL, kind TEXT NOT NULL,
  rows TEXT NOT NULL);
CREATE TABLE units (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, level TEXT, region TEXT, family TEXT NOT NULL, kind TEXT NOT NULL,
  aliases TEXT NOT NULL, predecessors TEXT NOT NULL, successors TEXT NOT NULL);
CREATE TABLE found (
  seq INTEGER PRIMARY KEY, file TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, level TEXT, region TEXT, family TEXT NOT NULL,
  kind TEXT NOT NULL, aliases TEXT NOT NULL, predecessors TEXT NOT NULL, successors TEXT NOT NULL);
CREATE TABLE tasks (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, document TEXT NOT NULL, clause TEXT NOT NULL, number TEXT NOT NULL, text TEXT NOT NULL,
  spans TEXT NOT NULL, lead_basis TEXT NOT NULL, open_ended INTEGER NOT NULL, units_raw TEXT NOT NULL, remarks TEXT NOT NULL,
  first_line INTEGER NOT NULL, last_line INTEGER NOT NULL, deadline TEXT, inherited INTEGER NOT NULL);
CREATE TABLE assignments (
  task INTEGER NOT NULL, position INTEGER NOT NULL, printed TEXT NOT NULL, unit TEXT NOT NULL, role TEXT NOT NULL,
  PRIMARY KEY (task, position)) WITHOUT ROWID;
CREATE TABLE citations (
  seq INTEGER PRIMARY KEY, document TEXT NOT NULL, clause TEXT NOT NULL, title TEXT, number TEXT, target TEXT, relation TEXT NOT NULL,
  quote TEXT NOT NULL, spans TEXT NOT NULL, target_clause TEXT);
CREATE TABLE links (
  seq INTEGER PRIMARY KEY, origin TEXT NOT NULL, target TEXT NOT NULL, relation TEXT NOT NULL, score REAL NOT NULL, pairs TEXT NOT NULL,
  changes TEXT NOT NULL, parallel INTEGER NOT NULL, cited INTEGER NOT NULL);
CREATE TABLE locals (seq INTEGER PRIMARY KEY, origin TEXT NOT NULL, text TEXT NOT NULL, spans TEXT NOT NULL);
CREATE TABLE targets (
  seq INTEGER PRIMARY KEY, document TEXT NOT NULL, clause TEXT NOT NULL, quote TEXT NOT NULL, spans TEXT NOT NULL, metric TEXT NOT NULL,
  operator TEXT NOT NULL, value TEXT, unit TEXT, deadline TEXT);
CREATE TABLE indicators (
  seq INTEGER PRIMARY KEY, document TEXT NOT NULL, clause TEXT NOT NULL, number TEXT NOT NULL, name TEXT NOT NULL, "values" TEXT NOT NULL,
  kind TEXT, first_line INTEGER NOT NULL);
CREATE TABLE issues (
  seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, message TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL, document TEXT NOT NULL,
  clause TEXT NOT NULL);
CREATE TABLE problems (seq INTEGER PRIMARY KEY, file TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE fingerprints (seq INTEGER PRIMARY KEY, document TEXT NOT NULL, articles INTEGER NOT NULL, runs BLOB NOT NULL);
CREATE TABLE plans (seq INTEGER PRIMARY KEY, document TEXT NOT NULL, above TEXT NOT NULL);
-- Made when the tables are filled, which is quicker.
CREATE UNIQUE INDEX files_file ON files (file);
CREATE UNIQUE INDEX sources_file ON sources (file);
CREATE UNIQUE INDEX documents_id ON documents (id);
CREATE UNIQUE INDEX clauses_id ON clauses (id);
CREATE INDEX clauses_document ON clauses (document);
CREATE UNIQUE INDEX units_id ON units (id);
CREATE INDEX units_family ON units (family);
CREATE UNIQUE INDEX tasks_id ON tasks (id);
CREATE INDEX tasks_clause ON tasks (clause);
CREATE INDEX tasks_document ON tasks (document);
CREATE INDEX assignments_unit ON assignments (unit);
CREATE INDEX citations_document ON citations (document);
CREATE INDEX citations_target ON citations (target);
CREATE INDEX links_origin ON links (origin);
CREATE INDEX links_target ON links (target);
CREATE INDEX locals_origin ON locals (origin);
CREATE INDEX targets_clause ON targets (clause);
