package crypt

import "encoding/base64"

const ticketFor = "zhike ticket "

// Ticket seals a few bytes for somebody outside to bring back: he can neither read nor
// change them. What they hold (for whom, until when) is the caller's to check.
func (k *Keys) Ticket(purpose string, data []byte) (string, error) {
	sealed, err := k.ring.Load().aead.Encrypt(data, []byte(ticketFor+purpose))
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// ReadTicket opens one; ErrKey for what these keys did not make for this purpose.
func (k *Keys) ReadTicket(purpose, ticket string) ([]byte, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(ticket)
	if err != nil {
		return nil, ErrKey
	}
	data, err := k.ring.Load().aead.Decrypt(sealed, []byte(ticketFor+purpose))
	if err != nil {
		return nil, ErrKey
	}
	return data, nil
}
