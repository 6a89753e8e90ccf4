package preset

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/numbering"
	"zhike/internal/base/setting"
	"zhike/internal/crm/report"
	"zhike/internal/platform/db"
	"zhike/locale"
)

// compared puts a preset beside what is set.
func (s *Service) compared(ctx context.Context, tx *db.Tx, p preset) (out Preset, err error) {
	lang := api.LanguageOf(ctx)
	out = Preset{Code: p.Code, Label: p.Label, About: p.About, Items: []Item{}}
	if lang == "en" {
		out.Label, out.About = p.LabelEN, p.AboutEN
	}
	for _, part := range []func(context.Context, *db.Tx, preset) ([]Item, error){s.numbers, s.settings, s.templates, s.words, s.stages, s.roles, s.reports} {
		items, err := part(ctx, tx, p)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, items...)
	}
	for i := range out.Items {
		x := &out.Items[i]
		if x.Same = x.Same || string(x.Now) == x.Then; !x.Same {
			out.Differs++
		}
	}
	return out, nil
}

func (s *Service) numbers(ctx context.Context, tx *db.Tx, p preset) (items []Item, err error) {
	all, err := s.Numbers.ListIn(ctx, tx)
	for _, n := range all {
		pattern, ok := p.Numbering[n.Series]
		if !ok {
			continue
		}
		items = append(items, Item{Key: "numbering:" + n.Series, Kind: "numbering", Label: n.Name, Now: api.Text(n.Pattern), Then: pattern, apply: func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Numbers.ChangeIn(ctx, tx, n.Series, 0, numbering.Change{Pattern: pattern})
			return err
		}})
	}
	return items, err
}

func (s *Service) settings(ctx context.Context, tx *db.Tx, p preset) (items []Item, err error) {
	now, err := setting.Values(tx)
	for _, key := range slices.Sorted(maps.Keys(p.Settings)) {
		then := p.Settings[key]
		items = append(items, Item{Key: "setting:" + key, Kind: "setting", Label: setting.Label(api.LanguageOf(ctx), key), Now: api.Text(fmt.Sprint(now[key])), Then: fmt.Sprint(then), apply: func(ctx context.Context, tx *db.Tx) error {
			who, _ := tx.Who().(access.Actor)
			_, err := s.Settings.ChangeIn(ctx, tx, who, setting.Change{Values: map[string]any{key: then}})
			return err
		}})
	}
	return items, err
}

func (s *Service) templates(ctx context.Context, tx *db.Tx, p preset) (items []Item, err error) {
	lang := api.LanguageOf(ctx)
	all, err := s.Own.OffersIn(tx, lang)
	for _, t := range p.Templates {
		i := slices.IndexFunc(all, func(o own.Offered) bool { return o.Code == t.Code })
		if i < 0 {
			return nil, fmt.Errorf("preset: no template %s", t.Code)
		}
		say := func(state string) string { return locale.Text(lang, "preset.template."+state, nil) }
		items = append(items, Item{Key: "template:" + t.Code, Kind: "template", Label: all[i].Label, Now: api.Text(say(all[i].State)), Then: say("on"), apply: func(ctx context.Context, tx *db.Tx) error {
			return s.Own.SwitchOn(tx, t.Code, lang)
		}})
	}
	return items, err
}

func (s *Service) words(ctx context.Context, tx *db.Tx, p preset) (items []Item, err error) {
	if len(p.Words) == 0 {
		return nil, nil
	}
	lang := api.LanguageOf(ctx)
	w, err := s.Words.Book.In(tx)
	if err != nil {
		return nil, err
	}
	say := func(active bool) string {
		return locale.Text(lang, map[bool]string{true: "preset.word.on", false: "preset.word.off"}[active], nil)
	}
	for _, x := range p.Words {
		items = append(items, Item{Key: "word:" + x.Dictionary + "." + x.Code, Kind: "word", Label: locale.Text(lang, "dictionary.name."+x.Dictionary, nil) + " " + w.Label(lang, x.Dictionary, x.Code),
			Now: api.Text(say(w.Has(x.Dictionary, x.Code))), Then: say(x.Active), apply: func(ctx context.Context, tx *db.Tx) error {
				return s.Words.TurnIn(ctx, tx, x.Dictionary, x.Code, x.Active)
			}})
	}
	return items, nil
}

func (s *Service) stages(ctx context.Context, tx *db.Tx, p preset) (items []Item, err error) {
	lang := api.LanguageOf(ctx)
	all, err := dictionary.Stages(tx, "customer")
	days := func(n int64) string {
		if n == 0 {
			return locale.Text(lang, "preset.no_limit", nil)
		}
		return locale.Text(lang, "preset.days", map[string]any{"n": n})
	}
	for _, x := range all {
		limit, ok := p.Stages[x.Code]
		if !ok {
			continue
		}
		items = append(items, Item{Key: "stage:" + x.Code, Kind: "stage", Label: x.Label(lang), Now: api.Text(days(x.DayLimit)), Then: days(limit), apply: func(ctx context.Context, tx *db.Tx) error {
			return s.Words.LimitIn(tx, "customer", x.Code, limit)
		}})
	}
	return items, err
}

// roles are compared by name: whoever has one of that name keeps it as it is.
func (s *Service) roles(ctx context.Context, tx *db.Tx, p preset) (items []Item, err error) {
	if len(p.Roles) == 0 {
		return nil, nil
	}
	all, err := s.Account.RolesIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, r := range p.Roles {
		from := slices.IndexFunc(all, func(x account.Role) bool { return string(x.Code) == r.From })
		if from < 0 {
			return nil, fmt.Errorf("preset: no role %s", r.From)
		}
		item := Item{Key: "role:" + r.Name, Kind: "role", Label: r.Name, Then: strings.TrimSpace(all[from].Name + " +" + fmt.Sprint(len(r.Add)))}
		item.Same = slices.ContainsFunc(all, func(x account.Role) bool { return x.Name == r.Name })
		if item.Same {
			item.Now = api.Text(item.Then)
		}
		item.apply = func(ctx context.Context, tx *db.Tx) error {
			if !tx.Who().May(string(access.RoleManage)) {
				return db.ErrDenied
			}
			src := all[from]
			in := account.NewRole{Name: r.Name, Scope: string(src.Scope), Fields: map[string]string{}}
			for _, perm := range src.Permissions {
				in.Permissions = append(in.Permissions, string(perm))
			}
			for _, perm := range r.Add {
				if !slices.Contains(in.Permissions, perm) {
					in.Permissions = append(in.Permissions, perm)
				}
			}
			for g, v := range src.Fields {
				in.Fields[string(g)] = v
			}
			_, err := s.Account.AddRoleIn(ctx, tx, in)
			return err
		}
		items = append(items, item)
	}
	return items, nil
}

// reports are compared by name: one that somebody keeps stays his.
func (s *Service) reports(ctx context.Context, tx *db.Tx, p preset) (items []Item, err error) {
	for _, r := range p.Reports {
		have, err := report.Named(tx, r.Name)
		if err != nil {
			return nil, err
		}
		r.Shared = "all"
		item := Item{Key: "report:" + r.Name, Kind: "report", Label: r.Name, Then: r.Ask.Subject, Same: have, apply: func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Reports.SaveIn(ctx, tx, r)
			return err
		}}
		if have {
			item.Now = api.Text(item.Then)
		}
		items = append(items, item)
	}
	return items, nil
}
