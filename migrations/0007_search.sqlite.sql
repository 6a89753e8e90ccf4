CREATE TABLE search_doc (doc INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, record_id TEXT NOT NULL);
CREATE UNIQUE INDEX search_doc_by_record ON search_doc (record_id, kind);
CREATE VIRTUAL TABLE search_words USING fts5(words, content='', contentless_delete=1, detail=none, tokenize='unicode61 remove_diacritics 0');
