// Count reads `go test -json` and says what failed, and how many tests ran on which
// database. Its exit code is 1 where any failed or none ran.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type event struct{ Action, Package, Test, Output string }

func main() {
	counts, failed, passed := map[string]int{}, 0, 0
	output := map[string][]string{}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		var e event
		if json.Unmarshal(in.Bytes(), &e) != nil {
			fmt.Println(in.Text()) // a build's own words
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			output[key] = append(output[key], e.Output)
		case "pass", "fail":
			if e.Action == "fail" {
				for _, line := range output[key] {
					fmt.Print(line)
				}
			}
			if e.Test == "" {
				if e.Action == "fail" {
					failed++
				}
				continue
			}
			if e.Action == "fail" {
				failed++
			} else {
				passed++
			}
			for _, engine := range []string{"sqlite", "postgresql"} {
				if strings.Contains(e.Test+"/", "/"+engine+"/") {
					counts[engine]++
				}
			}
			if !strings.Contains(e.Test, "/postgresql") && !strings.Contains(e.Test, "/sqlite") {
				counts["plain"]++
			}
			delete(output, key)
		case "build-fail":
			failed++
		}
	}
	if len(os.Args) > 1 {
		line := fmt.Sprintf("%d %d %d %d\n", passed, failed, counts["sqlite"], counts["postgresql"])
		if err := os.WriteFile(os.Args[1], []byte(line), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	fmt.Printf("go: %d passed, %d failed (sqlite %d, postgresql %d)\n", passed, failed, counts["sqlite"], counts["postgresql"])
	if failed > 0 || passed == 0 {
		os.Exit(1)
	}
}
