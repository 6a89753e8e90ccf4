package workbook

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhike/internal/platform/fault"
	"zhike/internal/platform/sheet/grid"
)

// What a scan has come to.
type event int

const (
	done event = iota
	opened
	closed
	text
)

const (
	window  = 64 << 10 // no tag may be longer
	deepest = 64
)

// A scan reads tags and text, which is all of XML that workbooks need: a DOCTYPE is
// refused, so there are no entities but XML's own five and characters by number. It is
// several times faster than encoding/xml, and allocates nothing while it runs.
type scan struct {
	name []byte // of the tag, without its namespace
	raw  []byte // its attributes, or a piece of text

	r        io.Reader
	from     io.Closer
	buf      []byte
	at, end  int
	err      error // of r
	depth    int
	alone    bool // the tag closes itself
	verbatim bool // raw is CDATA
}

func newScan(r io.Reader, from io.Closer) *scan {
	return &scan{r: r, from: from, buf: make([]byte, window)}
}

func (s *scan) close() error { return s.from.Close() }

func (s *scan) is(name string) bool { return string(s.name) == name }

// fill reads on, and tells whether more came.
func (s *scan) fill() bool {
	if s.err != nil || s.at == 0 && s.end == len(s.buf) {
		return false
	}
	s.end = copy(s.buf, s.buf[s.at:s.end])
	s.at = 0
	n := 0
	for n == 0 && s.err == nil {
		n, s.err = s.r.Read(s.buf[s.end:])
	}
	s.end += n
	return n > 0
}

// broken is why the part cannot be read on.
func (s *scan) broken() error {
	var f *fault.Fault
	if errors.As(s.err, &f) {
		return f
	}
	if s.err != nil && s.err != io.EOF {
		return grid.ErrBroken.Because(s.err)
	}
	return grid.ErrBroken
}

// next moves on to a tag or a piece of text. Long text comes in several pieces.
func (s *scan) next() (event, error) {
	if s.alone {
		s.alone = false
		s.depth--
		return closed, nil
	}
	for {
		if s.at == s.end && !s.fill() {
			if s.err == io.EOF && s.depth == 0 {
				return done, nil
			}
			return 0, s.broken()
		}
		if s.buf[s.at] != '<' {
			s.piece()
			if s.depth > 0 {
				return text, nil
			}
			if len(bytes.TrimSpace(s.raw)) > 0 && !bytes.Equal(s.raw, []byte("\uFEFF")) {
				return 0, grid.ErrBroken
			}
			continue
		}
		for s.end-s.at < 9 && s.fill() {
		}
		switch ahead := s.buf[s.at:s.end]; {
		case bytes.HasPrefix(ahead, []byte("<!--")):
			if err := s.skip("-->"); err != nil {
				return 0, err
			}
		case bytes.HasPrefix(ahead, []byte("<?")):
			if err := s.skip("?>"); err != nil {
				return 0, err
			}
		case bytes.HasPrefix(ahead, []byte("<![CDATA[")):
			return s.cdata()
		case bytes.HasPrefix(ahead, []byte("<!")):
			return 0, grid.ErrBroken.Because(errors.New("a document type is declared"))
		default:
			return s.tag()
		}
	}
}

// piece takes the text up to the next tag, as far as it fits, and cuts no entity in two.
func (s *scan) piece() {
	s.verbatim = false
	for {
		ahead := s.buf[s.at:s.end]
		n := bytes.IndexByte(ahead, '<')
		if n < 0 {
			if s.fill() {
				continue
			}
			n = len(ahead)
			if amp := bytes.LastIndexByte(ahead, '&'); amp > 0 && n-amp < 16 && s.err == nil {
				n = amp
			}
		}
		s.raw = ahead[:n]
		s.at += n
		return
	}
}

func (s *scan) cdata() (event, error) {
	for {
		ahead := s.buf[s.at:s.end]
		if n := bytes.Index(ahead, []byte("]]>")); n >= 0 {
			s.raw, s.verbatim = ahead[9:n], true
			s.at += n + 3
			if s.depth == 0 {
				return 0, grid.ErrBroken
			}
			return text, nil
		}
		if !s.fill() {
			return 0, s.broken()
		}
	}
}

func (s *scan) skip(to string) error {
	for {
		ahead := s.buf[s.at:s.end]
		if n := bytes.Index(ahead, []byte(to)); n >= 0 {
			s.at += n + len(to)
			return nil
		}
		if keep := len(to) - 1; len(ahead) > keep {
			s.at = s.end - keep
		}
		if !s.fill() {
			return s.broken()
		}
	}
}

func (s *scan) tag() (event, error) {
	quote := byte(0)
	for i := 1; ; i++ {
		for s.at+i >= s.end {
			if !s.fill() {
				return 0, s.broken()
			}
		}
		switch c := s.buf[s.at+i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			return 0, grid.ErrBroken
		case c == '>':
			inner := s.buf[s.at+1 : s.at+i]
			s.at += i + 1
			return s.split(inner)
		}
	}
}

func (s *scan) split(inner []byte) (event, error) {
	kind := opened
	if len(inner) > 0 && inner[0] == '/' {
		kind, inner = closed, inner[1:]
	} else if len(inner) > 0 && inner[len(inner)-1] == '/' {
		s.alone, inner = true, inner[:len(inner)-1]
	}
	n := bytes.IndexAny(inner, " \t\r\n")
	if n < 0 {
		n = len(inner)
	}
	s.name, s.raw = inner[:n], inner[n:]
	if colon := bytes.IndexByte(s.name, ':'); colon >= 0 {
		s.name = s.name[colon+1:]
	}
	if len(s.name) == 0 {
		return 0, grid.ErrBroken
	}
	if kind == opened {
		s.depth++
	} else {
		s.depth--
	}
	if s.depth < 0 || s.depth > deepest {
		return 0, grid.ErrBroken
	}
	return kind, nil
}

// raws yields the attributes as they stand in the tag.
func (s *scan) raws(yield func(name, value []byte) bool) {
	rest := s.raw
	for {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return
		}
		name := bytes.TrimSpace(rest[:eq])
		if colon := bytes.IndexByte(name, ':'); colon >= 0 {
			name = name[colon+1:]
		}
		rest = bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(rest) == 0 {
			return
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return
		}
		if !yield(name, rest[1:1+end]) {
			return
		}
		rest = rest[end+2:]
	}
}

func (s *scan) attr(name string) (value string) {
	s.raws(func(n, v []byte) bool {
		if string(n) != name {
			return true
		}
		value = string(unescape(nil, v))
		return false
	})
	return value
}

// appendTo appends the piece of text that next has come to.
func (s *scan) appendTo(buf []byte) []byte {
	if s.verbatim {
		return append(buf, s.raw...)
	}
	return unescape(buf, s.raw)
}

// unescape appends raw to buf with the entities of XML put right; what is none stays as it is.
func unescape(buf, raw []byte) []byte {
	for {
		amp := bytes.IndexByte(raw, '&')
		if amp < 0 {
			return append(buf, raw...)
		}
		buf = append(buf, raw[:amp]...)
		raw = raw[amp:]
		end := bytes.IndexByte(raw[:min(len(raw), 16)], ';')
		if end < 0 {
			buf, raw = append(buf, '&'), raw[1:]
			continue
		}
		buf = appendEntity(buf, raw[:end+1])
		raw = raw[end+1:]
	}
}

func appendEntity(buf, whole []byte) []byte {
	switch name := string(whole[1 : len(whole)-1]); name {
	case "lt":
		return append(buf, '<')
	case "gt":
		return append(buf, '>')
	case "amp":
		return append(buf, '&')
	case "quot":
		return append(buf, '"')
	case "apos":
		return append(buf, '\'')
	default:
		digits, numbered := strings.CutPrefix(name, "#")
		base := 10
		if hex, ok := strings.CutPrefix(digits, "x"); ok {
			digits, base = hex, 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if !numbered || err != nil || !utf8.ValidRune(rune(n)) {
			return append(buf, whole...)
		}
		return utf8.AppendRune(buf, rune(n))
	}
}
