package workbook

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"zhike/internal/platform/sheet/grid"
)

const (
	maxSheet   = 512 << 20 // a worksheet's XML: 25 million short cells
	maxStrings = 256 << 20 // the shared strings' XML
	maxSmall   = 8 << 20   // any other part
	maxPacked  = 2 << 30   // all that a workbook says it holds, read or not
	maxRead    = 768 << 20 // all that is unpacked in one go over the rows
	maxLook    = 192 << 20 // and while it is looked for the sheet that holds something
	freely     = 96 << 20  // may be packed however densely: it takes a second
	densest    = 64        // times; sheets of real tables are 5 to 30 times as long as packed
	maxParts   = 20_000
	maxMerges  = 500_000
)

// A pack is the zip that a workbook is. Only the parts that are asked for are ever
// unpacked, each up to a limit of its own, so pictures, macros, links and whatever hides
// between the entries do nothing.
type pack struct {
	parts map[string]*zip.File
	left  int64 // of maxRead or maxLook
}

func openPack(data []byte) (*pack, error) {
	if bytes.Count(data, []byte("PK\x01\x02")) > maxParts { // counted before anything is allocated for them
		return nil, grid.ErrTooLarge
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, grid.ErrBroken.Because(err)
	}
	p := &pack{parts: make(map[string]*zip.File, len(z.File)), left: maxLook}
	var says uint64
	for _, f := range z.File {
		if says += f.UncompressedSize64; f.UncompressedSize64 > maxPacked || says > maxPacked {
			return nil, grid.ErrTooLarge
		}
		if name := plain(f.Name); p.parts[name] == nil {
			p.parts[name] = f
		}
	}
	return p, nil
}

// plain makes names alike that programs write differently.
func plain(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func (p *pack) has(name string) bool { return p.parts[plain(name)] != nil }

// stream unpacks a part, at most so many bytes of it.
func (p *pack) stream(name string, most int64) (io.ReadCloser, error) {
	f := p.parts[plain(name)]
	switch {
	case f == nil:
		return nil, grid.ErrBroken
	case f.Flags&1 != 0:
		return nil, grid.ErrProtected
	case f.UncompressedSize64 > uint64(most), f.UncompressedSize64 > max(freely, densest*f.CompressedSize64):
		return nil, grid.ErrTooLarge
	}
	r, err := f.Open()
	if err != nil {
		return nil, grid.ErrBroken.Because(err)
	}
	return &bounded{r, most, &p.left}, nil
}

// scan reads a part as XML.
func (p *pack) scan(name string, most int64) (*scan, error) {
	r, err := p.stream(name, most)
	if err != nil {
		return nil, err
	}
	mark := make([]byte, 2)
	n, _ := io.ReadFull(r, mark) // an error comes again with the next read
	all := io.MultiReader(bytes.NewReader(mark[:n]), r)
	if m := string(mark); m == "\xFF\xFE" || m == "\xFE\xFF" {
		all = transform.NewReader(all, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	}
	return newScan(all, r), nil
}

// bounded ends with a fault where more comes than may.
type bounded struct {
	io.ReadCloser
	most int64
	left *int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.most -= int64(n)
	*b.left -= int64(n)
	if b.most < 0 || *b.left < 0 {
		return 0, grid.ErrTooLarge
	}
	return n, err
}

// related gives the targets of a part's relations: by id, with the last word of their kind.
func (p *pack) related(of string) (map[string]relation, error) {
	dir, file := path.Split(of)
	s, err := p.scan(dir+"_rels/"+file+".rels", maxSmall)
	if err != nil {
		return nil, err
	}
	defer s.close()
	all := map[string]relation{}
	for {
		switch kind, err := s.next(); {
		case err != nil:
			return nil, err
		case kind == done:
			return all, nil
		case kind == opened && string(s.name) == "Relationship" && !strings.EqualFold(s.attr("TargetMode"), "External"):
			to := strings.ReplaceAll(s.attr("Target"), `\`, "/")
			if !strings.HasPrefix(to, "/") {
				to = path.Join(dir, to)
			}
			all[s.attr("Id")] = relation{to: to, kind: path.Base(s.attr("Type"))}
		}
	}
}

type relation struct{ to, kind string }
