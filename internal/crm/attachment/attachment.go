// Package attachment keeps files that hang on a customer: licences, contracts, photos. Their
// content lies sealed under the customer's key outside the database, under random names.
package attachment

import (
	"bytes"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Table of attachments: whoever sees the customer sees that there is one; who may add to the
// customer adds one (DECISIONS 1); who may change him takes one away.
var Table = db.Through("attachments", "customer_id", customer.Table,
	db.Rights{See: db.See(string(access.CustomerRead)), Add: db.Add(string(access.FollowUpWrite)), Change: db.Change(string(access.CustomerWrite))})

// MaxCustomer is how many files one customer holds; how large each may be stands with the other limits, in base/api.
const MaxCustomer = 500

// An Attachment as its readers see it.
type Attachment struct {
	ID         string   `db:"id" json:"id"`
	CustomerID string   `db:"customer_id" json:"customer_id"`
	RecordKind string   `db:"record_kind" json:"record_kind"`
	RecordID   string   `db:"record_id" json:"record_id"`
	Kind       string   `db:"kind" json:"kind"`
	Name       string   `json:"name" doc:"What it is called here and when it is downloaded: customer, kind, day."`
	Original   api.Text `json:"original" doc:"What it was called where it came from; to those who work with the customer."`
	Media      string   `db:"media" json:"media"`
	Size       int64    `db:"size" json:"size"`
	CreatorID  api.Ref  `db:"creator_id" json:"creator_id"`
	Creator    api.Text `db:"creator_name" json:"creator_name"`
	CreatedAt  api.Time `db:"created_at" json:"created_at"`
	Opens      bool     `json:"opens" doc:"This viewer may read the content."`
	Version    int64    `db:"version" json:"version"`

	Day       string `db:"day" json:"-"`
	Number    int64  `db:"number" json:"-"`
	Extension string `db:"extension" json:"-"`
	Customer  string `db:"customer_name" json:"-"`
	Sealed    []byte `db:"name_sealed" json:"-"`
	Blob      string `db:"blob" json:"-"`
}

// Revision implements api.Versioned.
func (a Attachment) Revision() int64 { return a.Version }

// New is what a caller says of one.
type New struct {
	CustomerID string
	RecordKind string // "" is the customer
	RecordID   string
	Kind       string
	Name       string // of the file where it comes from
}

// kinds are the extensions taken, with what their content begins with, as the browser's rules
// recognise it; "" is a form of office programs from before 2007.
var kinds = map[string][]string{
	"pdf": {"application/pdf"}, "jpg": {"image/jpeg"}, "jpeg": {"image/jpeg"}, "png": {"image/png"}, "gif": {"image/gif"}, "webp": {"image/webp"}, "bmp": {"image/bmp"},
	"docx": {"application/zip"}, "xlsx": {"application/zip"}, "pptx": {"application/zip"}, "ofd": {"application/zip"}, "zip": {"application/zip"},
	"doc": {""}, "xls": {""}, "ppt": {""}, "wps": {"", "application/zip"}, "et": {"", "application/zip"},
	"txt": {"text/plain"}, "csv": {"text/plain"}, "mp3": {"audio/mpeg"}, "wav": {"audio/wave"}, "mp4": {"video/mp4"}, "rar": {"application/x-rar-compressed"},
}

// media are the types that are told to browsers; everything is sent as a file to be kept.
var media = map[string]string{
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint", "csv": "text/csv",
}

var compound = []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}

// Judge says whether a file's first bytes are what its name says, and gives its type. 415 attachment_type.
func Judge(name string, start []byte) (extension, kind string, err error) {
	extension = strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	is, _, _ := strings.Cut(http.DetectContentType(start), ";")
	if bytes.HasPrefix(start, compound) {
		is = ""
	}
	if !slices.Contains(kinds[extension], is) {
		return "", "", fault.New(fault.Unsupported, "attachment_type").With(map[string]any{"found": extension})
	}
	if m := media[extension]; m != "" {
		return extension, m, nil
	}
	if is == "" {
		is = "application/octet-stream"
	}
	return extension, is, nil
}

// Clean makes of any text a name that every system takes: no folder, no sign that is a command
// somewhere, no invisible character, and no more of it than api.MaxFileName.
func Clean(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	name = name[strings.LastIndexByte(name, '/')+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || strings.ContainsRune(`<>:"/|?*`, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	extension := path.Ext(name)
	stem := strings.Trim(strings.TrimSuffix(name, extension), " .")
	if r := []rune(stem); len(r) > api.MaxFileName-len([]rune(extension)) {
		stem = strings.TrimRight(string(r[:max(0, api.MaxFileName-len([]rune(extension)))]), " .")
	}
	if r := []rune(extension); len(r) > 12 {
		extension = ""
	}
	if stem == "" {
		stem = "file"
	}
	return stem + extension
}

// shown is what an attachment is called: customer, kind, day, and -2, -3 where the day has more.
func (a Attachment) shown(kind string) string {
	parts := []string{a.Customer, kind, strings.ReplaceAll(a.Day, "-", "")}
	if a.Number > 1 {
		parts = append(parts, strconv.FormatInt(a.Number, 10))
	}
	return Clean(strings.Join(parts, "-") + "." + a.Extension)
}
