package house

import (
	"context"

	"zhike/internal/base/doctor"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/db"
)

// EraseAgain erases what a restored backup brought back.
func (h *House) EraseAgain(tx *db.Tx, kind privacy.Kind, id string) error {
	if kind == privacy.Customer {
		return h.Purge.Again(tx, id)
	}
	return h.Vault.Destroy(tx, id) // without its key nothing of it can be read
}

// Filed is what doctor says of attachments: rows without a file, files without a row.
func (h *House) Filed(ctx context.Context) (doctor.Files, error) {
	c, err := h.Files.Check(ctx)
	return doctor.Files{Rows: c.Rows, Missing: len(c.Missing), Orphans: c.Orphans}, err
}
