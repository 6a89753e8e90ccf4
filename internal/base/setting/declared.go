package setting

import (
	"regexp"
	"sync"
	"time"
	_ "time/tzdata" // a bare server or container has no time zones of its own

	"zhike/internal/platform/db"
)

var creditCode = regexp.MustCompile(`^[0-9A-HJ-NPQRTUWXY]{18}$`)

var letters = regexp.MustCompile(`^[A-Za-z]+$`)

// The settings of the first rooms. A package higher up declares its own the same way.
var (
	CompanyName      = Text("company.name", "").Needed()
	CompanyShortName = Text("company.short_name", "")
	CompanyCode      = Text("company.code", "").Where(8, letters.MatchString)            // {corp} in numbers
	CompanyCredit    = Text("company.credit_code", "").Where(18, creditCode.MatchString) // 统一社会信用代码
	CompanyAddress   = Text("company.address", "").Where(200, nil)
	CompanyPhone     = Text("company.phone", "").Where(30, nil)
	CompanyTimezone  = Text("company.timezone", "Asia/Shanghai").Needed().Where(64, known)

	BinDays            = Int("customer.bin_days", 30).Between(1, 3650)
	ClaimPerDay        = Int("customer.claim_per_day", 10).Between(0, 10_000)
	CustomerCap        = Int("customer.cap", 200).Between(1, 1_000_000)
	CooldownDays       = Int("customer.cooldown_days", 7).Between(0, 365)
	Review             = Choice("customer.review", "nobody") // imports and everybody come with the approval engine
	LateHours          = Int("followup.late_hours", 24).Between(1, 24*30)
	CorrectHours       = Int("followup.correct_hours", 24).Between(0, 24*30)
	VagueWords         = Text("quality.vague_words", "").Where(2000, nil)   // say nothing as a whole value, besides those that ship
	VagueAllowed       = Text("quality.vague_allowed", "").Where(2000, nil) // ship as vague and are fine here
	VagueBlock         = Bool("quality.vague_block", false)                 // a phrase such as 意向较强 cannot be saved as it is
	CheckOn            = Bool("quality.check", true)                        // 季度核对
	CheckMonths        = Int("quality.check_months", 3).Between(1, 12)
	QualityLow         = Int("quality.low", 60).Between(1, 100)            // completeness below is told
	QualitySilent      = Int("quality.silent_days", 90).Between(1, 3650)   // without a talk
	RevealLimit        = Int("reveal.other_limit", 50).Between(0, 100_000) // a day, of everybody else's
	RevealAlert        = Int("reveal.own_alert", 200).Between(0, 100_000)  // a day, of one's own: those who watch are told; 0 tells nobody
	ChecksPerDay       = Int("duplicate.checks_per_day", 200).Between(0, 100_000)
	SignInSecondFactor = Choice("sign_in.second_factor", "nobody", "administrators", "everybody")
	SignInNotices      = Bool("sign_in.notices", true)                   // administrators hear of what is unusual
	SignInIdle         = Int("sign_in.idle_hours", 12).Between(1, 24*30) // on a desktop
	SignInOnPhone      = Int("sign_in.phone_days", 30).Between(1, 365)   // on a trusted phone

	AuditDays = Int("audit.keep_days", 3*365).Between(183, 36500) // 网络安全法 article 21: six months at least

	NoticeFrom  = Text("notice.from", "09:00").Needed().Where(5, hour.MatchString)
	NoticeTo    = Text("notice.to", "18:00").Needed().Where(5, hour.MatchString)
	NoticeFlood = Int("notice.flood", 5).Between(1, 100) // more of a kind become one line

	MailHost     = Text("mail.host", "").Where(253, host.MatchString) // "" sends no mail
	MailPort     = Int("mail.port", 465).Between(1, 65535)
	MailSecurity = Choice("mail.security", "tls", "starttls", "none")
	MailUser     = Text("mail.user", "")
	MailPassword = Secret("mail.password").For("mail.host")
	MailFrom     = Text("mail.from", "").Where(254, address.MatchString)
)

var (
	hour    = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	host    = regexp.MustCompile(`^[A-Za-z0-9.:-]+$`)
	address = regexp.MustCompile(`^[^\s@<>",;]+@[^\s@<>",;]+$`)
)

// Zone is the company's time zone: what “today” and the periods of numbers go by.
func Zone(tx *db.Tx) (*time.Location, error) {
	name, err := CompanyTimezone.In(tx)
	if err != nil {
		return nil, err
	}
	return zone(name)
}

// Today is the company's day.
func Today(tx *db.Tx) (string, error) {
	zone, err := Zone(tx)
	if err != nil {
		return "", err
	}
	return tx.Now().In(zone).Format(time.DateOnly), nil
}

// Midnight is when the company's day began: what a limit a day counts from.
func Midnight(tx *db.Tx) (time.Time, error) {
	zone, err := Zone(tx)
	if err != nil {
		return time.Time{}, err
	}
	now := tx.Now().In(zone)
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone), nil
}

var zones sync.Map // of *time.Location by name: no file work inside a unit of work

func zone(name string) (*time.Location, error) {
	if at, ok := zones.Load(name); ok {
		return at.(*time.Location), nil
	}
	at, err := time.LoadLocation(name)
	if err == nil {
		zones.Store(name, at)
	}
	return at, err
}

// known refuses “Local” too: the server's own zone is not the company's.
func known(name string) bool {
	if name == "Local" {
		return false
	}
	_, err := zone(name)
	return err == nil
}
