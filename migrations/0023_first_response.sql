-- When somebody first took a need or feedback in hand; 0 where nobody has, or nobody knows.
ALTER TABLE needs ADD COLUMN responded_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feedback ADD COLUMN responded_at BIGINT NOT NULL DEFAULT 0;
UPDATE needs SET responded_at = closed_at WHERE NOT imported AND closed_at >= created_at;
UPDATE needs SET responded_at = updated_at WHERE NOT imported AND state = 'in_progress' AND updated_at >= created_at;
UPDATE feedback SET responded_at = closed_at WHERE NOT imported AND closed_at >= feedback_at;
UPDATE feedback SET responded_at = updated_at WHERE NOT imported AND state IN ('in_progress', 'to_revisit') AND updated_at >= feedback_at;
