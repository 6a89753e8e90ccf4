package app

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKillImport: an import that is killed ten times on its way, at any point, goes on
// where it was: in the end every row is in, and none twice.
func TestKillImport(t *testing.T) {
	const rows = 3000
	folder := t.TempDir()
	data, file := filepath.Join(folder, "data"), filepath.Join(folder, "list.csv")
	setup := itself("setup", "--data", data, "--login", "boss", "--name", "老板", "--company", "禾澈", "--password-stdin")
	setup.Stdin = strings.NewReader("a long enough passphrase\n")
	if out, err := setup.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var b strings.Builder
	b.WriteString("客户名称,联系人,手机,跟进时间,跟进内容\n")
	for i := range rows {
		fmt.Fprintf(&b, "宁波%s泽科技有限公司,张三,139%08d,2025-12-01,谈了样品和交期,下周二再联系\n", spelled(i), i)
	}
	must(t, os.WriteFile(file, []byte(b.String()), 0o600))
	killed := 0
	for round := range 10 {
		c := itself("import", "customer", file, "--data", data)
		must(t, c.Start())
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		select {
		case <-time.After(time.Duration(120+round*53) * time.Millisecond):
			must(t, c.Process.Kill())
			<-ended
			killed++
		case <-ended:
		}
	}
	out, err := itself("import", "customer", file, "--data", data, "--json").Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	var end struct {
		State                               string
		Rows, Good, Drafts, Bad, Duplicates int
	}
	must(t, json.Unmarshal([]byte(lines[len(lines)-1]), &end))
	if end.State != "done" || end.Rows != rows || end.Bad > 0 {
		t.Errorf("it ended as %+v", end)
	}
	server, base := serveUntil(t, data)
	defer server.Process.Kill()
	cookie := signIn(t, base)
	found, _ := walked(t, base+"/customers?limit=200&sort=created_at", cookie)
	_, talks := walked(t, base+"/follow-ups?limit=200", cookie)
	for name, n := range found {
		if n != 1 {
			t.Errorf("%s is there %d times", name, n)
		}
	}
	if len(found) != rows || talks != rows {
		t.Errorf("%d customers and %d talks of %d", len(found), talks, rows)
	}
	if killed < 5 {
		t.Errorf("only %d of ten were killed under way: the test says little", killed)
	}
}
