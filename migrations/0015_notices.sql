-- What somebody is told. Nobody but he reads it; texts are made from kind and params when
-- it is read. params names no person outside and holds no number.
CREATE TABLE notices (
	id TEXT PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES users (id),
	kind TEXT NOT NULL,
	params {json} NOT NULL,
	link_kind TEXT NOT NULL DEFAULT '',
	link_id TEXT NOT NULL DEFAULT '',
	about TEXT NOT NULL DEFAULT '',          -- the subject whose erasure takes the notice along
	cause TEXT NOT NULL,
	product BOOLEAN NOT NULL,                -- it stands in the list; else it only goes out
	urgent BOOLEAN NOT NULL,
	raised_at BIGINT NOT NULL,
	shown_at BIGINT NOT NULL,                -- from when it stands in the list
	deliver_at BIGINT NOT NULL,              -- when it is to be announced; all of one moment arrive as one list
	delivered_at BIGINT NOT NULL DEFAULT 0,
	read_at BIGINT NOT NULL DEFAULT 0,
	ended_at BIGINT NOT NULL DEFAULT 0,
	snoozed_until BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX notices_once ON notices (user_id, cause) WHERE ended_at = 0;
CREATE INDEX notices_by_person ON notices (user_id, shown_at, id);
CREATE INDEX notices_by_cause ON notices (cause) WHERE ended_at = 0;
CREATE INDEX notices_unread ON notices (user_id, shown_at) WHERE read_at = 0 AND ended_at = 0;
CREATE INDEX notices_to_deliver ON notices (deliver_at) WHERE delivered_at = 0 AND ended_at = 0;
CREATE INDEX notices_by_subject ON notices (about);

CREATE TABLE notice_preferences (
	user_id TEXT PRIMARY KEY REFERENCES users (id),
	kinds {json} NOT NULL,                   -- kind → channel → yes or no, where it differs from what ships
	quiet_from TEXT NOT NULL DEFAULT '',     -- 12:00
	quiet_to TEXT NOT NULL DEFAULT '',
	digest BOOLEAN NOT NULL,
	digest_at TEXT NOT NULL,                 -- 08:30
	digest_day TEXT NOT NULL DEFAULT '',     -- the last day it went out
	updated_at BIGINT NOT NULL
);

-- Where notices go outside of the product: robots of groups, webhooks. The address holds
-- the robot's token, so it is sealed.
CREATE TABLE channels (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,                      -- wecom dingtalk feishu webhook
	url {bytes} NOT NULL,
	host TEXT NOT NULL,                      -- of the address, to know it again
	secret {bytes},
	kinds {json} NOT NULL,                   -- which notices go there
	active BOOLEAN NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);

-- What is to leave. The text is sealed, and dropped once it was sent.
CREATE TABLE deliveries (
	id TEXT PRIMARY KEY,
	way TEXT NOT NULL,                       -- mail wecom dingtalk feishu webhook
	channel_id TEXT NOT NULL DEFAULT '',
	user_id TEXT NOT NULL DEFAULT '',        -- of a mail
	kind TEXT NOT NULL,                      -- notices digest test
	text {bytes},
	about TEXT NOT NULL DEFAULT '',          -- a subject that the text may name, * for several
	state TEXT NOT NULL,                     -- waiting sending sent failed held
	attempts BIGINT NOT NULL DEFAULT 0,
	repeats BIGINT NOT NULL DEFAULT 0,       -- sent again because nobody knew how it ended: once at most
	reason TEXT NOT NULL DEFAULT '',
	code BIGINT NOT NULL DEFAULT 0,          -- the robot's own
	created_at BIGINT NOT NULL,
	tried_at BIGINT NOT NULL DEFAULT 0,
	ended_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX deliveries_by_state ON deliveries (state, created_at, id);
CREATE INDEX deliveries_by_creation ON deliveries (created_at, id);
CREATE INDEX deliveries_of_channel ON deliveries (channel_id, tried_at);
