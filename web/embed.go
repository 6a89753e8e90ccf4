// Package web holds the built user interface, so that one binary is the whole product.
package web

import (
	"embed"
	"io/fs"
)

// dist/.keep stands in git: the binary compiles before the first build of the interface and then serves an empty folder.
//
//go:embed all:dist
var dist embed.FS

// FS is the built interface: index.html and assets/ with their compressed twins (.gz, .br). Without a build it has no index.html.
func FS() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is embedded: cannot happen
	}
	return sub
}
