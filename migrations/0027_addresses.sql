-- Where each person has signed in from: a new place is told to administrators.
CREATE TABLE sign_in_addresses (
	user_id TEXT NOT NULL REFERENCES users (id),
	address TEXT NOT NULL,       -- of IPv6 the network
	first_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	PRIMARY KEY (user_id, address)
);
CREATE INDEX sign_in_addresses_by_age ON sign_in_addresses (last_at);
