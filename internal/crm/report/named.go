package report

import (
	"context"

	"zhike/internal/base/access"
)

// Named answers a report that ships, by its code: for the parts of the house that prepare
// a page of figures.
func (s *Service) Named(ctx context.Context, who access.Actor, code string, q StandardQuery) (Answer, error) {
	return s.standard(ctx, who, code, q)
}
