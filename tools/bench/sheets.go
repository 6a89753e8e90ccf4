package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"sync/atomic"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/platform/blob"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/sheet"
)

// sheets measures what comes in: n rows of twenty columns with people, as a workbook and
// as csv, and n rows of eight columns without; and the list that somebody reads meanwhile.
func (b *bench) sheets(ctx context.Context, n int) error {
	folder := filepath.Dir(b.path)
	files, err := blob.Open(ctx, filepath.Join(folder, "files"), clock.System())
	if err != nil {
		return err
	}
	b.house.Shelf.Files, b.house.Exchange.Temp = files, folder
	b.server = httptest.NewServer(api.Serving{}.Guard(b.house.Mux()))
	defer b.server.Close()
	c, err := b.sign("boss")
	if err != nil {
		return err
	}
	for i, s := range []struct {
		name string
		file func() ([]byte, error)
	}{
		{"csv, 8 columns", func() ([]byte, error) { return asCSV(narrow(n, 0)) }},
		{"csv, 20 columns", func() ([]byte, error) { return asCSV(wide(n, 1)) }},
		{"xlsx, 20 columns", func() ([]byte, error) { return asXLSX(wide(n, 2)) }},
	} {
		data, err := s.file()
		if err != nil {
			return err
		}
		if i > 0 {
			if err := times("first page, nobody writing", 300, func(int) error { return c.get("/customers?limit=50&sort=-created_at", nil) }); err != nil {
				return err
			}
		}
		if err := b.bring(ctx, c, fmt.Sprint(s.name, " × ", n, " rows"), []string{"a.csv", "b.csv", "c.xlsx"}[i], data); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) bring(ctx context.Context, c *client, name, file string, data []byte) error {
	u := b.company.all.ID
	who, err := db.Read(ctx, b.house.DB, loader, func(tx *db.Tx) (access.Actor, error) { return b.house.Account.ActorOf(tx, u) })
	if err != nil {
		return err
	}
	start := time.Now()
	i, err := b.house.Exchange.Upload(ctx, who, api.File{Name: file, Data: data, Fields: map[string]string{"target": "customer"}})
	if err != nil {
		return err
	}
	uploaded := time.Since(start)
	if _, err := b.house.Exchange.RunUnchecked(ctx, who, i.ID); err != nil {
		return err
	}
	var ended atomic.Bool
	var pages []time.Duration
	quiet := make(chan struct{})
	go func() {
		defer close(quiet)
		for !ended.Load() {
			at := time.Now()
			if c.get("/customers?limit=50&sort=-created_at", nil) != nil {
				return
			}
			pages = append(pages, time.Since(at))
			time.Sleep(50 * time.Millisecond)
		}
	}()
	if path := os.Getenv("ZHIKE_PROFILE"); path != "" {
		f, err := os.Create(path + file)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	start = time.Now()
	err = b.house.Exchange.Do(ctx, i.ID, "running", u, nil, func(*db.Tx) error { return nil })
	took := time.Since(start)
	ended.Store(true)
	<-quiet
	if err != nil {
		return err
	}
	if i, err = b.house.Exchange.Get(ctx, who, i.ID); err != nil {
		return err
	}
	slices.Sort(pages)
	p := func(q float64) time.Duration { return pages[int(q*float64(len(pages)-1))].Round(10 * time.Microsecond) }
	fmt.Printf("%-34s %4d MB: upload %s, in %s: %.0f rows/s; %d in, %d faults · first page meanwhile p50 %s p95 %s · memory %d MB, at most %d MB\n", name, len(data)>>20, uploaded.Round(time.Millisecond),
		took.Round(100*time.Millisecond), float64(i.Rows)/took.Seconds(), i.Good+i.Drafts, i.Bad, p(.5), p(.95), rss(), peak())
	return nil
}

var (
	cities    = []string{"杭州", "宁波", "苏州", "无锡", "青岛", "成都", "长沙", "厦门", "佛山", "东莞", "合肥", "郑州", "济南", "南通", "温州", "泉州", "嘉兴", "绍兴", "武汉", "西安"}
	signs     = []rune("华瑞恒嘉信诚盛泰宏达鑫源博创卓凯腾跃天海金玉明德润泽锦绣丰益康健云帆启航众联合力同方正大一品百汇千禾万象永安久鼎")
	kinds     = []string{"机械", "电子", "食品", "纺织", "化工", "建材", "医药", "物流", "服饰", "包装", "环保", "软件"}
	surnames  = []rune("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许")
	givens    = []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英")
	headingsW = []string{"客户名称", "所属行业", "省份", "城市", "客户来源", "员工数", "年营收（万元）", "成立日期", "地址", "网址", "备注", "客户等级", "标签", "联系人", "职位", "手机", "座机", "邮箱", "微信", "核心需求"}
	headingsN = []string{"客户名称", "简称", "省份", "城市", "所属行业", "客户来源", "客户等级", "网址"}
)

// invented is the ith name of a sheet; no two are alike, and brands are as various as a real list's.
func invented(i, sheet int) (name, city string) {
	city = cities[i%len(cities)]
	k := i*3 + sheet
	n := len(signs)
	return city + string([]rune{signs[k%n], signs[k/n%n], signs[k/n/n%n]}) + kinds[i/7%len(kinds)] + "有限公司", city
}

func wide(n, sheet int) [][]string {
	r := rand.New(rand.NewPCG(1, uint64(sheet)))
	rows := [][]string{headingsW}
	for i := range n {
		name, city := invented(i, sheet)
		id := i + sheet*n
		rows = append(rows, []string{name, []string{"C39", "C35", "食品制造业", "批发业", "软件和信息技术服务业", "餐饮业"}[i%6], "", city + "市", []string{"展会", "线上推广", "转介绍", "来电"}[i%4],
			fmt.Sprint(5 + r.IntN(2000)), fmt.Sprint(50 + r.IntN(90000)), fmt.Sprintf("20%d/%d/%d", 10+i%15, 1+i%12, 1+i%28), city + "市高新区" + fmt.Sprint(1+i%999) + "号", fmt.Sprintf("www.c%d.example", id),
			"老客户介绍,关注交期", string("ABC"[i%3]), "降本增效", string([]rune{surnames[i%len(surnames)], givens[i%len(givens)], givens[i/7%len(givens)]}), []string{"采购经理", "总经理", "技术经理"}[i%3],
			fmt.Sprintf("13%d%08d", id%10, id), fmt.Sprintf("0571-8%07d", id), fmt.Sprintf("u%d@mail.example", id), fmt.Sprintf("wx_%07d", id), "需要批量采购,年底前到货"})
	}
	return rows
}

func narrow(n, sheet int) [][]string {
	rows := [][]string{headingsN}
	for i := range n {
		name, city := invented(i, sheet)
		rows = append(rows, []string{name, "", "", city + "市", "C 制造业", "展会", string("ABC"[i%3]), fmt.Sprintf("www.n%d.example", i)})
	}
	return rows
}

func asCSV(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

func asXLSX(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	var columns []sheet.Column
	for _, h := range rows[0] {
		columns = append(columns, sheet.Column{Heading: h})
	}
	w, err := sheet.NewXLSX(&b, "客户", columns, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range rows[1:] {
		cells := make([]any, len(r))
		for i, c := range r {
			cells[i] = c
		}
		if err := w.Row(cells...); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return b.Bytes(), err
}

// peak is the most memory that this process has held, in MB.
func peak() int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	var kb int
	if i := bytes.Index(text, []byte("VmHWM:")); i >= 0 {
		fmt.Sscan(string(text[i+6:]), &kb)
	}
	return kb >> 10
}
