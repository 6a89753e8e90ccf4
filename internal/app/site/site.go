// Package site gives out the built interface.
package site

import (
	"io/fs"
	"net/http"
	"path"
	"strings"

	"zhike/internal/base/api"
	"zhike/internal/platform/db"
)

// Handler serves the built interface: assets for a year, index.html for every path that is
// no file, the compressed twin where the browser takes it.
func Handler(files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		asset := strings.HasPrefix(name, "assets/")
		if info, err := fs.Stat(files, name); name == "" || err != nil || info.IsDir() {
			if asset || strings.HasPrefix(name, "api/") || name != "" && strings.Contains(path.Base(name), ".") {
				api.Refuse(w, r, db.ErrNotFound)
				return
			}
			name = "index.html"
		}
		h := w.Header()
		h.Set("Cache-Control", "no-cache")
		if asset {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		h.Set("Vary", "Accept-Encoding")
		h.Set("Content-Type", typeOf(name))
		for _, twin := range [][2]string{{"br", ".br"}, {"gzip", ".gz"}} {
			if strings.Contains(r.Header.Get("Accept-Encoding"), twin[0]) {
				if b, err := fs.ReadFile(files, name+twin[1]); err == nil {
					h.Set("Content-Encoding", twin[0])
					w.Write(b)
					return
				}
			}
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			h.Set("Content-Type", "text/plain; charset=utf-8")
			http.Error(w, "The user interface was not built into this binary: run make build.", http.StatusNotFound)
			return
		}
		w.Write(b)
	})
}

var types = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".json": "application/json",
	".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
}

func typeOf(name string) string {
	if t, ok := types[path.Ext(name)]; ok {
		return t
	}
	return "application/octet-stream"
}
