package workbook

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strconv"

	"zhike/internal/platform/sheet/grid"
)

// A span is merged cells of more than one row, by their first column. People merge a
// company's name over the rows of its contacts and mean it for each of them.
type span struct {
	top, bottom int32
	column      int32
}

// readMerged finds the merged cells, which stand behind the rows: it looks for their
// beginning without reading what is before it.
func readMerged(p *pack, part string) ([]span, error) {
	r, err := p.stream(part, maxSheet)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	all := []span{}
	buf := make([]byte, 0, window)
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if i := merges(buf); i >= 0 {
			s := newScan(io.MultiReader(bytes.NewReader(buf[i:]), r), r)
			return readSpans(s, all)
		}
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, (&scan{err: err}).broken()
		}
		buf = buf[:copy(buf, buf[max(0, len(buf)-64):])]
	}
}

// merges is where <mergeCells> begins; text cannot look like it, because there < is written &lt;.
func merges(buf []byte) int {
	name := []byte("mergeCells")
	for from := 0; ; {
		i := bytes.Index(buf[from:], name)
		if i < 0 || len(buf) < from+i+len(name)+1 {
			return -1
		}
		i += from
		from = i + len(name)
		open := bytes.LastIndexByte(buf[:i], '<')
		if open < 0 || buf[open+1] == '/' || buf[from] != '>' && buf[from] != ' ' {
			continue
		}
		if prefix := buf[open+1 : i]; len(prefix) == 0 || bytes.IndexByte(prefix, ':') == len(prefix)-1 {
			return open
		}
	}
}

func readSpans(s *scan, all []span) ([]span, error) {
	for {
		kind, err := s.next()
		switch {
		case err != nil:
			return nil, err
		case kind == closed && s.is("mergeCells"), kind == done:
			slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.top, b.top) })
			return all, nil
		case kind != opened || !s.is("mergeCell"):
			continue
		case len(all) == maxMerges:
			return nil, grid.ErrTooLarge
		}
		from, to, ok := bytes.Cut([]byte(s.attr("ref")), []byte(":"))
		if !ok {
			continue
		}
		m := span{int32(line(from)), int32(line(to)), int32(column(from))}
		if m.top < 1 || m.bottom > excelRows || m.column >= excelColumns {
			return nil, grid.ErrBroken
		}
		if m.bottom > m.top && m.column < grid.MaxColumns {
			all = append(all, m)
		}
	}
}

// line reads the number of a place such as AB12.
func line(place []byte) int {
	n, err := strconv.Atoi(string(bytes.TrimLeft(bytes.ToUpper(place), "ABCDEFGHIJKLMNOPQRSTUVWXYZ$")))
	if err != nil {
		return 0
	}
	return n
}

// filling gives what puts the text of merged cells into each row under the first that has
// something of its own: a row without is only the height of the one above.
func filling(spans []span) func(int, []string) []string {
	type held struct {
		bottom int32
		text   string
	}
	var open [grid.MaxColumns]held // one a column: cells cannot be merged twice
	return func(n int, cells []string) []string {
		row := int32(n)
		for c, h := range open[:] {
			if h.bottom < row {
				continue
			}
			for len(cells) <= c {
				cells = append(cells, "")
			}
			if cells[c] == "" {
				cells[c] = h.text
			}
		}
		for ; len(spans) > 0 && spans[0].top <= row; spans = spans[1:] {
			m := spans[0]
			if m.top == row && int(m.column) < len(cells) && cells[m.column] != "" {
				open[m.column] = held{m.bottom, cells[m.column]}
			}
		}
		return cells
	}
}
