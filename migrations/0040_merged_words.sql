-- Two words of a dictionary become one: the other stays, retired, and says which.
ALTER TABLE dictionary_values ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
