package stand

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Ledger holds what the server acknowledged: after whatever happens each of it must be there.
type Ledger struct {
	mu      sync.Mutex
	random  *rand.Rand
	serial  int
	wrote   map[string]write // by path of the record
	fresh   []string         // since the last check
	unsure  map[string]bool  // names whose answer never came: there or not, but once
	refused map[int]int      // answers that were no acknowledgement, by status
}

type write struct {
	name    string
	grade   string
	version int    // acknowledged
	content string // of a file
}

// NewLedger is empty; its seed draws what is written.
func NewLedger(seed uint64) *Ledger {
	return &Ledger{random: rand.New(rand.NewPCG(seed, 7)), wrote: map[string]write{}, unsure: map[string]bool{}, refused: map[int]int{}}
}

const letters = "甲乙丙丁戊己庚辛壬癸"

// Spell is a number without digits, which names of companies must not have.
func Spell(n int) (s string) {
	for ; n > 0; n /= 10 {
		s += string([]rune(letters)[n%10])
	}
	return s
}

// Name is new each time, and no other's near twin: near ones are for the work list.
func (l *Ledger) Name() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.serial++
	s := Spell(l.serial + 100_000)
	for range 6 { // no digits: a number in a name is refused
		s += string(rune('a' + l.random.IntN(26)))
	}
	return s + "有限公司"
}

// Mobile is of nobody else: it ends in the number of the name that was drawn last.
func (l *Ledger) Mobile(prefix string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("%s%08d", prefix, l.serial)
}

func (l *Ledger) pick() (path string, w write, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.fresh) == 0 {
		return "", w, false
	}
	path = l.fresh[l.random.IntN(len(l.fresh))]
	return path, l.wrote[path], len(path) > 11 && path[:11] == "/customers/"
}

func (l *Ledger) keep(path string, w write) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if old, ok := l.wrote[path]; !ok || w.version >= old.version {
		l.wrote[path] = w
	}
	l.fresh = append(l.fresh, path)
}

// Count is of the acknowledged records.
func (l *Ledger) Count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.wrote)
}

// Customers are the ids of the acknowledged ones, sorted.
func (l *Ledger) Customers() (ids []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for path := range l.wrote {
		if id, ok := strings.CutPrefix(path, "/customers/"); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Unanswered counts the customers of whom nobody knows whether they are there.
func (l *Ledger) Unanswered() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.unsure)
}

// Refused counts the answers with 503, and Others the refusals that have no good reason.
func (l *Ledger) Refused() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refused[http.StatusServiceUnavailable]
}

// Others leaves out 503, and 412 too: two clerks changed one customer.
func (l *Ledger) Others() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for status, times := range l.refused {
		if status != http.StatusServiceUnavailable && status != http.StatusPreconditionFailed {
			n += times
		}
	}
	return n
}

func (l *Ledger) refuse(status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused[status]++
}

// Clerks are n people who write until ctx ends or the server is gone: customers with contacts,
// talks, tasks, files, changes. Who ends ctx waits for them.
func (l *Ledger) Clerks(ctx context.Context, c *Client, n int) *sync.WaitGroup {
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			for ctx.Err() == nil {
				if !l.One(ctx, c) {
					time.Sleep(5 * time.Millisecond)
				}
			}
		})
	}
	return &all
}

// Write has clerks write for a while.
func (l *Ledger) Write(c *Client, n int, d time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	l.Clerks(ctx, c, n).Wait()
}

// One is one write; false where no answer came.
func (l *Ledger) One(ctx context.Context, c *Client) bool {
	l.mu.Lock()
	kind := l.random.IntN(10)
	l.mu.Unlock()
	path, w, have := l.pick()
	switch {
	case kind < 4 || !have:
		_, answered := l.Customer(ctx, c, "张三", "138")
		return answered
	case kind == 4:
		return l.attach(ctx, c, path)
	case kind < 6:
		return l.post(ctx, c, path+"/follow-ups", "/follow-ups/", "", map[string]any{"method": "call", "content": "报价已发，约好下周二回复，" + l.Name(), "happened_at": time.Now().UTC().Format(time.RFC3339)})
	case kind < 8:
		return l.post(ctx, c, "/tasks", "/tasks/", "", map[string]any{"title": "回电 " + l.Name(), "due_at": time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339), "customer_id": path[11:]})
	}
	grade := string("ABC"[kind%3])
	status, out, err := c.Ask(ctx, "PATCH", path, fmt.Sprintf(`"%d"`, w.version), map[string]any{"grade": grade})
	if err != nil {
		return false
	}
	if status == 200 {
		l.keep(path, write{name: w.name, grade: grade, version: int(out["version"].(float64))})
	} else {
		l.refuse(status)
	}
	return status < 500
}

// Customer makes one with a contact, whose number begins so; false where no answer came.
func (l *Ledger) Customer(ctx context.Context, c *Client, contact, prefix string) (name string, answered bool) {
	name = l.Name()
	return name, l.post(ctx, c, "/customers", "/customers/", name, map[string]any{"name": name, "contacts": []any{map[string]any{"name": contact, "mobile": l.Mobile(prefix)}}})
}

func (l *Ledger) post(ctx context.Context, c *Client, path, at, name string, body map[string]any) bool {
	status, out, err := c.Ask(ctx, "POST", path, "", body)
	switch {
	case err != nil:
		l.mu.Lock()
		if name != "" {
			l.unsure[name] = true
		}
		l.mu.Unlock()
		return false
	case status == 201:
		version := 0
		if v, ok := out["version"].(float64); ok {
			version = int(v)
		}
		l.keep(at+out["id"].(string), write{name: name, version: version})
	default:
		l.refuse(status)
	}
	return status < 500
}

// attach hangs a file on a customer: small or large enough to be written in several pieces.
func (l *Ledger) attach(ctx context.Context, c *Client, customer string) bool {
	content := "%PDF-1.7 " + l.Name()
	l.mu.Lock()
	content += strings.Repeat(content, l.random.IntN(4000))
	l.mu.Unlock()
	status, id, err := c.Upload(ctx, customer+"/attachments", "合同.pdf", content, map[string]string{"kind": "contract"})
	switch {
	case err != nil:
		return false
	case status == 201:
		l.keep("/attachments/"+id, write{content: content, version: 1})
	default:
		l.refuse(status)
	}
	return status < 500
}

// Files counts the acknowledged files.
func (l *Ledger) Files() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.wrote {
		if w.content != "" {
			n++
		}
	}
	return n
}

// Check asks for each acknowledged write since the last check, or for all, and finds the
// customers among them by their names, too: the index is what the tables are.
func (l *Ledger) Check(c *Client, everything bool) (n int, err error) {
	l.mu.Lock()
	paths := l.fresh
	if everything {
		paths = nil
		for p := range l.wrote {
			paths = append(paths, p)
		}
	}
	l.fresh = nil
	l.mu.Unlock()
	ctx := context.Background()
	searched := 0
	for _, path := range paths {
		w := l.wrote[path]
		if w.content != "" {
			status, got, err := c.content(path)
			if err == nil && (status != 200 || got != w.content) {
				err = fmt.Errorf("LOST: the file %s was acknowledged with %d bytes and answers %d with %d", path, len(w.content), status, len(got))
			}
			if err != nil {
				return n, err
			}
		}
		status, out, err := c.Ask(ctx, "GET", path, "", nil)
		if err != nil {
			return n, err
		}
		if status != 200 {
			return n, fmt.Errorf("LOST: %s was acknowledged and answers %d", path, status)
		}
		if v, ok := out["version"].(float64); ok && int(v) < w.version {
			return n, fmt.Errorf("LOST: version %d of %s was acknowledged, and it has %d", w.version, path, int(v))
		} else if ok && int(v) == w.version && w.grade != "" && out["grade"] != w.grade {
			return n, fmt.Errorf("LOST: grade %s of %s was acknowledged, and it has %v", w.grade, path, out["grade"])
		}
		if n++; w.name != "" && searched < 10 {
			searched++
			if err := found(ctx, c, w.name, path[11:]); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

func found(ctx context.Context, c *Client, name, id string) error {
	status, out, err := c.Ask(ctx, "GET", "/customers?q="+url.QueryEscape(strings.TrimSuffix(name, "有限公司"))+"&limit=50", "", nil)
	if err != nil || status != 200 {
		return fmt.Errorf("searching: %d %v", status, err)
	}
	for _, x := range out["items"].([]any) {
		if x.(map[string]any)["id"] == id {
			return nil
		}
	}
	return fmt.Errorf("the index does not find %s (%s), which is there: %d others, partial %v", name, id, len(out["items"].([]any)), out["partial"])
}

// Twice counts the names of unanswered writes that are there more than once.
func (l *Ledger) Twice(c *Client) (n int, err error) {
	for name := range l.unsure {
		status, out, err := c.Ask(context.Background(), "GET", "/customers?limit=50&filter="+url.QueryEscape(`{"field":"name","op":"eq","value":"`+name+`"}`), "", nil)
		if err != nil || status != 200 {
			return n, fmt.Errorf("asking for a name: %d %v", status, err)
		}
		if len(out["items"].([]any)) > 1 {
			n++
		}
	}
	return n, nil
}

// Last is what is acknowledged at this moment; the last 400 of it are asked for each time.
func (l *Ledger) Last() *Ledger {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := NewLedger(1)
	last := l.fresh[max(0, len(l.fresh)-400):]
	for _, p := range last {
		out.wrote[p] = l.wrote[p]
	}
	out.fresh = append(out.fresh, last...)
	return out
}

// Has says whether a customer of this name was acknowledged.
func (l *Ledger) Has(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.wrote {
		if w.name == name {
			return true
		}
	}
	return false
}
