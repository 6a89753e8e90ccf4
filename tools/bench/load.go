package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/privacy"
	"zhike/internal/base/search"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/followup"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/words"
)

var loader = access.Program("bench")

type customerRow struct {
	ID         string      `db:"id"`
	Code       string      `db:"code"`
	Kind       string      `db:"kind"`
	Name       string      `db:"name"`
	NameKey    string      `db:"name_key"`
	NameSort   string      `db:"name_sort"`
	ShortName  string      `db:"short_name"`
	Industry   string      `db:"industry"`
	Region     string      `db:"region"`
	Source     string      `db:"source"`
	StageID    string      `db:"stage_id"`
	Stage      string      `db:"stage"`
	Status     string      `db:"status"`
	StageAt    int64       `db:"stage_entered_at"`
	Grade      string      `db:"grade"`
	Tags       api.Strings `db:"tags"`
	Custom     string      `db:"custom"`
	Owner      string      `db:"owner_id"`
	Department string      `db:"department_id"`
	Creator    string      `db:"creator_id"`
	Review     string      `db:"review"`
	Missing    api.Strings `db:"missing"`
	Texts      []byte      `db:"texts"`
	Last       int64       `db:"last_follow_up_at"`
	Next       int64       `db:"next_follow_up_at"`
	CreatedAt  int64       `db:"created_at"`
	UpdatedAt  int64       `db:"updated_at"`
}

type contactRow struct {
	ID         string `db:"id"`
	Customer   string `db:"customer_id"`
	NameSealed []byte `db:"name_sealed"`
	NameMasked string `db:"name_masked"`
	Title      string `db:"title"`
	Role       string `db:"role"`
	Mobile     []byte `db:"mobile_sealed"`
	Masked     string `db:"mobile_masked"`
	Index      []byte `db:"mobile_index"`
	Last4      []byte `db:"mobile_last4"`
	Primary    bool   `db:"is_primary"`
	CreatedAt  int64  `db:"created_at"`
	UpdatedAt  int64  `db:"updated_at"`
}

type followUpRow struct {
	ID         string      `db:"id"`
	Code       string      `db:"code"`
	Customer   string      `db:"customer_id"`
	Author     string      `db:"author_id"`
	HappenedAt int64       `db:"happened_at"`
	RecordedAt int64       `db:"recorded_at"`
	Method     string      `db:"method"`
	Kind       string      `db:"kind"`
	Texts      []byte      `db:"texts"`
	Contacts   api.Strings `db:"contact_ids"`
	Companions api.Strings `db:"companion_ids"`
	UpdatedAt  int64       `db:"updated_at"`
}

const (
	brands = "禾澈麦垛沐阳锐恒惠邻海朔云栈越岭渔米巴适久韧钱湖远景恒泰启明东方新禾朗润百川博纳一诺天成海纳星河凌云华兴瑞丰金辉德盛广源润泽安信宏达永康嘉和"
	trades = "食品电子机械物流餐饮纺织建材医疗教育软件包装化工五金家具服装茶业农业汽配印刷环保"
	places = "杭州宁波温州苏州上海南京合肥青岛济南广州深圳成都重庆武汉长沙厦门福州西安郑州天津"
)

func pair(s string, i int) string {
	r := []rune(s)
	n := len(r) / 2
	return string(r[i%n*2 : i%n*2+2])
}

// A company is the one that is measured: sales people in a tree of departments.
type company struct {
	sales     []account.User
	lead, all account.User
	stage     string
	password  crypt.Secret
}

// load fills the database by the bulk path: rows as they stand, some thousands a unit.
func (b *bench) load(ctx context.Context, customers, each int) error {
	r := rand.New(rand.NewPCG(1, 2))
	industries := []string{"C14", "C39", "C35", "C13", "C17", "H62", "F52", "F51", "G54", "I65", "I64", "E47", "K70", "P83", "Q84", "L72"}
	statuses := []string{"potential", "potential", "interested", "interested", "won", "lost"}
	sources := []string{"online", "fair", "referral", "walk_in", "inquiry"}
	now := time.Now()
	const unit = 1000
	for from := 0; from < customers; from += unit {
		_, err := db.Write(ctx, b.house.DB, loader, func(tx *db.Tx) (int, error) {
			for i := from; i < min(from+unit, customers); i++ {
				s := b.company.sales[i%len(b.company.sales)]
				at := now.Add(-time.Duration(r.IntN(365*24*60)) * time.Minute).UnixMilli()
				name := pair(places, r.IntN(1000)) + pair(brands, r.IntN(1000)) + pair(brands, r.IntN(1000)) + pair(trades, r.IntN(1000)) + "有限公司"
				c := customerRow{ID: tx.NewID(), Code: fmt.Sprintf("C%09d", i), Kind: "enterprise", Name: name, NameKey: fmt.Sprint(name, i), NameSort: words.SortKey(name), ShortName: string([]rune(name)[2:6]),
					Industry: industries[r.IntN(len(industries))], Region: "330100", Source: sources[r.IntN(len(sources))], StageID: b.company.stage, Stage: "first_contact",
					Status: statuses[r.IntN(len(statuses))], StageAt: at, Grade: string("ABC"[r.IntN(3)]), Custom: "{}", Owner: s.ID, Department: string(s.DepartmentID), Creator: s.ID, Review: "effective",
					Last: at, CreatedAt: at, UpdatedAt: at}
				if err := b.one(tx, c, each, i); err != nil {
					return 0, err
				}
			}
			return 0, nil
		})
		if err != nil {
			return err
		}
	}
	return b.house.DB.Tidy(ctx)
}

func (b *bench) one(tx *db.Tx, c customerRow, each, i int) error {
	key, err := b.house.Vault.New(tx, privacy.Customer, c.ID)
	if err != nil {
		return err
	}
	text, _ := json.Marshal(map[string]string{"core_need": "需要一条包装线,预算确认中"})
	c.Texts = key.Seal("customers/texts/"+c.ID, text)
	if err := tx.Load(customer.Table, c); err != nil {
		return err
	}
	p := contactRow{ID: tx.NewID(), Customer: c.ID, NameMasked: "张*", Title: "采购经理", Role: "purchaser", Masked: "199****0000", Primary: true, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt}
	own, err := b.house.Vault.New(tx, privacy.Contact, p.ID)
	if err != nil {
		return err
	}
	mobile := fmt.Sprintf("+8619900%06d", i%1000000)
	p.NameSealed, p.Mobile = own.Seal("contacts/name/"+p.ID, []byte("张三")), own.Seal("contacts/mobile/"+p.ID, []byte(mobile))
	p.Index, p.Last4 = b.house.Keys.Index(crypt.Phone, mobile), b.house.Keys.Index(crypt.Last4, mobile[len(mobile)-4:])
	if err := tx.Load(directory.Table, p); err != nil {
		return err
	}
	all := append(search.Place(c.Owner, c.Department, "", nil), words.Tokens(c.Code)...)
	if err := tx.Index("customer", c.ID, unique(append(all, words.NameTokens(c.Name)...))); err != nil {
		return err
	}
	for n := range each {
		f := followUpRow{ID: tx.NewID(), Code: fmt.Sprintf("G%08d%03d", i, n), Customer: c.ID, Author: c.Owner, HappenedAt: c.Last - int64(n)*86_400_000, RecordedAt: c.Last - int64(n)*86_400_000, Method: "call", Kind: "sales", UpdatedAt: c.Last}
		said, _ := json.Marshal(map[string]string{"content": "介绍了新机型,客户关心交期与安装,约定下周给出方案与报价"})
		f.Texts = key.Seal("follow_ups/texts/"+f.ID, said)
		if err := tx.Load(followup.Table, f); err != nil {
			return err
		}
	}
	return nil
}

func unique(all []string) []string {
	seen := map[string]bool{}
	out := all[:0]
	for _, w := range all {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// page opens a customer as the browser does.
func (c *client) page(id string) error {
	return errors.Join(c.get("/customers/"+id, nil), c.get("/customers/"+id+"/panorama", nil))
}
