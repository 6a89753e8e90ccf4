// Package workbook reads .xlsx without believing it. It is not excelize that reads, which
// is made to change workbooks: it keeps the rows it has passed, formats dates as the
// locale of the file wants them, loads a sheet whole to tell its merged cells, and takes
// four times as long. Here every part is read as a stream, once, up to a limit.
package workbook

import (
	"slices"
	"strconv"

	"zhike/internal/platform/sheet/grid"
)

// A Workbook is an .xlsx or .xlsm of which one sheet is read.
type Workbook struct {
	Sheets []string
	Sheet  string // the one that is read

	pack    *pack
	formats []format // by style
	since   int      // days between the beginning of this workbook's time and Excel's own
	sheets  []leaf
	part    string // of the sheet that is read
	strings string // the part of the shared strings
	temp    string
	table   *table
	merged  []span // nil until asked for
	lastRow int
	boxes   int
}

type leaf struct {
	name, part string
	hidden     bool
}

// Open recognises the sheets of a workbook, and chooses the one of that name, or else the
// first that can be seen and holds something. Shared strings that do not fit into memory go
// to a file in temp.
func Open(data []byte, sheet, temp string) (*Workbook, error) {
	p, err := openPack(data)
	if err != nil {
		return nil, err
	}
	w := &Workbook{pack: p, temp: temp}
	if err := w.open(); err != nil {
		return nil, err
	}
	for _, s := range w.sheets {
		w.Sheets = append(w.Sheets, s.name)
	}
	i, err := w.choose(sheet)
	if err != nil {
		w.Close()
		return nil, err
	}
	w.Sheet, w.part = w.sheets[i].name, w.sheets[i].part
	return w, nil
}

// open reads which sheets there are and how their numbers are shown.
func (w *Workbook) open() error {
	top, err := w.pack.related("")
	if err != nil {
		return w.strange(err)
	}
	main := ""
	for _, r := range top {
		if r.kind == "officeDocument" {
			main = r.to
		}
	}
	parts, err := w.pack.related(main)
	if err != nil {
		return w.strange(err)
	}
	styles := ""
	for _, r := range parts {
		switch r.kind {
		case "sharedStrings":
			w.strings = r.to
		case "styles":
			styles = r.to
		}
	}
	if err := w.readSheets(main, parts); err != nil {
		return err
	}
	if len(w.sheets) == 0 {
		return w.strange(grid.ErrBroken)
	}
	if !w.pack.has(styles) {
		return nil
	}
	w.formats, err = readFormats(w.pack, styles)
	return err
}

// strange says what else a zip may be that is no workbook.
func (w *Workbook) strange(err error) error {
	switch {
	case w.pack.has("xl/workbook.xml"):
		return err
	case w.pack.has("xl/workbook.bin"):
		return grid.Type("xlsb")
	case w.pack.has("word/document.xml"):
		return grid.Type("docx")
	case w.pack.has("ppt/presentation.xml"):
		return grid.Type("pptx")
	case w.pack.has("content.xml"):
		return grid.Type("ods")
	}
	return grid.Type("zip")
}

func (w *Workbook) readSheets(main string, parts map[string]relation) error {
	s, err := w.pack.scan(main, maxSmall)
	if err != nil {
		return err
	}
	defer s.close()
	for {
		kind, err := s.next()
		if err != nil || kind == done {
			return err
		}
		switch {
		case kind != opened:
		case s.is("workbookPr"):
			if d := s.attr("date1904"); d == "1" || d == "true" {
				w.since = 1462
			}
		case s.is("sheet"):
			if r := parts[s.attr("id")]; r.kind == "worksheet" { // charts and macros have sheets too
				state := s.attr("state")
				w.sheets = append(w.sheets, leaf{s.attr("name"), r.to, state == "hidden" || state == "veryHidden"})
			}
		}
	}
}

// choose gives the sheet of that name, or else the first that can be seen and holds something.
func (w *Workbook) choose(name string) (int, error) {
	if name != "" {
		i := slices.IndexFunc(w.sheets, func(s leaf) bool { return s.name == name })
		if i < 0 {
			return 0, grid.ErrNoSheet
		}
		return i, w.holds(i)
	}
	err, seen := error(grid.ErrEmpty), map[string]bool{}
	for _, hidden := range []bool{false, true} {
		for i, s := range w.sheets {
			if s.hidden != hidden || seen[s.part] {
				continue
			}
			seen[s.part] = true
			if err = w.holds(i); err == nil {
				return i, nil
			}
			if err != error(grid.ErrEmpty) {
				return 0, err
			}
		}
	}
	return 0, err
}

// holds tells whether anything stands on sheet i.
func (w *Workbook) holds(i int) error {
	w.part = w.sheets[i].part
	err := error(grid.ErrEmpty)
	if bad := w.each(nil, func(int, []string) bool { err = nil; return false }); bad != nil {
		return bad
	}
	return err
}

// Close removes the file of shared strings.
func (w *Workbook) Close() error {
	if w.table == nil {
		return nil
	}
	return w.table.close()
}

// shared gives the shared strings, read when the first is asked for.
func (w *Workbook) shared() (_ *table, err error) {
	if w.table == nil {
		left := w.pack.left
		w.pack.left = maxRead
		w.table, err = readStrings(w.pack, w.strings, w.temp)
		w.pack.left = left
	}
	return w.table, err
}

// readFormats gives for every style how it shows numbers.
func readFormats(p *pack, part string) ([]format, error) {
	s, err := p.scan(part, maxSmall)
	if err != nil {
		return nil, err
	}
	defer s.close()
	own := map[int]format{}
	var all []format
	within := false
	for {
		kind, err := s.next()
		switch {
		case err != nil || kind == done:
			return all, err
		case kind == text:
		case s.is("cellXfs"):
			within = kind == opened
		case kind == opened && s.is("numFmt"):
			if id, err := strconv.Atoi(s.attr("numFmtId")); err == nil {
				own[id] = judge(s.attr("formatCode"))
			}
		case kind == opened && within && s.is("xf"):
			id, _ := strconv.Atoi(s.attr("numFmtId"))
			f, ok := own[id]
			if !ok {
				f = builtin(id)
			}
			all = append(all, f)
		}
	}
}
