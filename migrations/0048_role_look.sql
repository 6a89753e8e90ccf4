-- 以此角色查看: what an administrator looks through, in one session, until when.
ALTER TABLE sessions ADD COLUMN look_role TEXT NOT NULL DEFAULT '';   -- '' for nothing
ALTER TABLE sessions ADD COLUMN look_user TEXT NOT NULL DEFAULT '';   -- the colleague at whose place; '' for his own
ALTER TABLE sessions ADD COLUMN look_until BIGINT NOT NULL DEFAULT 0;
