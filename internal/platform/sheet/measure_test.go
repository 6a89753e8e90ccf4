package sheet

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// peak runs work and gives the most heap that it used beyond what was there before.
func peak(work func()) uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, uint64(0)
	done, seen := make(chan bool), make(chan bool)
	go func() {
		defer close(seen)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	work()
	close(done)
	<-seen
	return most - min(most, before)
}

func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func measure(b *testing.B, work func()) {
	before := cpu()
	most := peak(work)
	b.ReportMetric(float64(most)/(1<<20), "MB-heap")
	b.ReportMetric((cpu() - before).Seconds(), "cpu-s")
}

// sharedWorkbook writes a workbook as Excel does: each text once, and its number in the cells.
func sharedWorkbook(w io.Writer, rows, columns int) error {
	z := zip.NewWriter(w)
	for name, write := range map[string]func(o *bufio.Writer){
		"_rels/.rels": func(o *bufio.Writer) {
			fmt.Fprint(o, `<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
		},
		"xl/workbook.xml": func(o *bufio.Writer) {
			fmt.Fprint(o, `<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`)
		},
		"xl/_rels/workbook.xml.rels": func(o *bufio.Writer) {
			fmt.Fprint(o, `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="sheet1.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="s.xml"/></Relationships>`)
		},
		"xl/s.xml": func(o *bufio.Writer) {
			fmt.Fprint(o, `<sst>`)
			for i := range rows * columns {
				fmt.Fprint(o, `<si><t>深圳市第`, i, `科技有限公司</t></si>`)
			}
			fmt.Fprint(o, `</sst>`)
		},
		"xl/sheet1.xml": func(o *bufio.Writer) {
			fmt.Fprint(o, `<worksheet><sheetData>`)
			for r := range rows {
				fmt.Fprint(o, `<row r="`, r+1, `">`)
				for c := range columns {
					fmt.Fprint(o, `<c r="`, place(c, r+1), `" t="s"><v>`, r*columns+c, `</v></c>`)
				}
				fmt.Fprint(o, `</row>`)
			}
			fmt.Fprint(o, `</sheetData></worksheet>`)
		},
	} {
		f, err := z.Create(name)
		if err != nil {
			return err
		}
		o := bufio.NewWriter(f)
		write(o)
		if err := o.Flush(); err != nil {
			return err
		}
	}
	return z.Close()
}
