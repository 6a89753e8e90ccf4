package dictionary

import (
	"regexp"
	"testing"
	"unicode/utf8"

	"zhike/internal/platform/db"
	"zhike/internal/platform/words"
)

var madeCode = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// FuzzWord: whatever somebody would add to a dictionary ends in a judgement; what is accepted is accepted again as it is kept, has a code of its own,
// and is found by its labels and each of its synonyms, which mean no other word.
func FuzzWord(f *testing.F) {
	f.Add("展会", "Fair", "博览会", "zhan_hui")
	f.Add(" 转介绍 ", "", "老客户", "")
	f.Add("Ⅻ", "ⅻ", "xii", "")
	f.Add("\u200b", "", "", "")
	f.Add("13800138000", "138 0013-8000", "-", "")
	f.Add("朋友", "", "Zhan_Hui", "") // the code of another
	f.Add("朋友", "Zhan_Hui", "", "")
	f.Add("V", "v", "_", "v_")
	f.Add("线上", "ONLINE", "ｏｎｌｉｎｅ", "online")
	f.Fuzz(func(t *testing.T, label, english, synonym, code string) {
		for _, s := range []string{label, english, synonym} {
			if !utf8.ValidString(s) {
				return // no JSON holds it
			}
		}
		stands := []valueRow{
			{ID: "1", Dictionary: "source", Code: "zhan_hui", told: told{Label: "展会", LabelEN: "Fair", Active: true, Synonyms: db.Of([]string{"博览会"})}},
			{ID: "2", Dictionary: "source", Code: "online", told: told{Label: "网上", LabelEN: "Online", Active: true}},
			{ID: "3", Dictionary: "source", Code: "v", told: told{Label: "旧词", Active: false}},
		}
		made := codeFor(label, stands)
		if !madeCode.MatchString(made) {
			t.Errorf("%q has the code %q", label, made)
		}
		if code == "" {
			code = made
		}
		v := valueRow{ID: "4", Dictionary: "source", Code: code, told: told{Label: label, LabelEN: english, Active: true, Synonyms: db.Of([]string{synonym, synonym})}}
		if v.judge(stands) != nil {
			return
		}
		again := v
		if err := again.judge(stands); err != nil || again.Label != v.Label || again.LabelEN != v.LabelEN || len(again.Synonyms.V) != len(v.Synonyms.V) {
			t.Errorf("%+v is judged otherwise again: %+v, %v", v.told, again.told, err)
		}
		w := spokenOf(append(stands, v))
		for _, name := range append([]string{v.Label, v.LabelEN}, v.Synonyms.V...) {
			if name == "" {
				continue
			}
			if got, ok := w.ByLabel("source", name); !ok || got != v.Code {
				t.Errorf("%q means %q (%v) and not %q", name, got, ok, v.Code)
			}
		}
		for _, o := range stands[:2] {
			if got, _ := w.ByLabel("source", o.Label); got != o.Code {
				t.Errorf("%q took the place of %q", v.Label, o.Label)
			}
		}
		if got := w.Label("zh-CN", "source", v.Code); got != v.Label || words.Normal(got) != words.Normal(v.Label) {
			t.Errorf("%q is read back as %q", v.Label, got)
		}
	})
}

// spokenOf is a book of these values alone.
func spokenOf(rows []valueRow) *Words {
	w := &Words{values: map[[2]string]valueRow{}, spoken: map[[2]string]string{}}
	for _, v := range rows {
		w.values[[2]string{v.Dictionary, v.Code}] = v
	}
	w.name(rows)
	return w
}
