// Zhike keeps a company's customers.
package main

import (
	"os"

	"zhike/internal/app"
)

func main() { os.Exit(app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
