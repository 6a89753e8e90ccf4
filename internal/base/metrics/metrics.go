// Package metrics tells a monitor how a node does: on a listener of its own, in the form that
// Prometheus reads. No label holds anything of a person.
package metrics

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/snapshot"
	"zhike/internal/platform/job"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Sources are what is asked at each scrape.
type Sources struct {
	DB     *db.DB
	Queue  *job.Queue
	Folder string
	Ready  func() string                  // why the node takes no work; "" where it does
	Backup func() (last time.Time, n int) // the last one, and how many there are
	Open   func() int                     // streams of events
}

// Metrics of one node.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	units    *prometheus.HistogramVec
}

var program = access.Program("metrics")

// New begins to measure the units of the database.
func New(s Sources) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "zhike_request_duration_seconds", Help: "Requests, by route and status.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "route", "status"}),
		units: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "zhike_unit_duration_seconds", Help: "Units of work on the database, with their waiting.",
			Buckets: []float64{.0005, .001, .005, .01, .05, .1, .5, 1, 5},
		}, []string{"kind", "kept"}),
	}
	m.registry.MustRegister(m.requests, m.units, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), state{s})
	s.DB.Watch(func(write bool, took time.Duration, err error) {
		m.units.WithLabelValues(map[bool]string{true: "write", false: "read"}[write], strconv.FormatBool(err == nil)).Observe(took.Seconds())
	})
	return m
}

// Handler answers GET /metrics.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

// Watch measures what next answers. A route is the pattern of mux, so that no id becomes a label.
func (m *Metrics) Watch(mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, route := mux.Handler(r)
		if _, path, cut := strings.Cut(route, " "); cut {
			route = path
		}
		if route == "" {
			route = "none"
		}
		began := clock.System()
		seen := &answer{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			m.requests.WithLabelValues(method(r.Method), route, strconv.Itoa(seen.status)).Observe(clock.System().Sub(began).Seconds())
		}()
		next.ServeHTTP(seen, r)
	})
}

// method keeps made-up methods from making labels without end.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

type answer struct {
	http.ResponseWriter
	status int
	told   bool
}

func (a *answer) WriteHeader(status int) {
	if !a.told {
		a.status, a.told = status, true
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	a.told = true
	return a.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController: streams flush and set deadlines.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// state is asked at each scrape.
type state struct{ Sources }

var (
	info     = prometheus.NewDesc("zhike_info", "The program.", []string{"version", "engine"}, nil)
	ready    = prometheus.NewDesc("zhike_ready", "1 where the node takes work.", nil, nil)
	jobs     = prometheus.NewDesc("zhike_jobs", "Jobs that are not done, by state.", []string{"state"}, nil)
	late     = prometheus.NewDesc("zhike_jobs_late", "Jobs that wait for more than ten minutes.", nil, nil)
	unsealed = prometheus.NewDesc("zhike_audit_unsealed", "Entries of the log that are not chained yet (500 at the most).", nil, nil)
	bytes    = prometheus.NewDesc("zhike_database_bytes", "Size of the database.", nil, nil)
	free     = prometheus.NewDesc("zhike_disk_free_bytes", "What the disk under the data folder has left.", nil, nil)
	backups  = prometheus.NewDesc("zhike_backups", "Backups that are there.", nil, nil)
	lastOne  = prometheus.NewDesc("zhike_backup_last_timestamp_seconds", "When the last backup was made; 0 for none.", nil, nil)
	streams  = prometheus.NewDesc("zhike_event_streams", "Streams of events that are open.", nil, nil)
)

func (s state) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{info, ready, jobs, late, unsealed, bytes, free, backups, lastOne, streams} {
		to <- d
	}
}

// patience is how long a scrape may ask the database.
const patience = 3 * time.Second

// Collect leaves out what cannot be told: a missing figure is an alarm, a wrong one is none.
func (s state) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(info, 1, api.Version, s.DB.Engine())
	up := 0.0
	if s.Ready() == "" {
		up = 1
	}
	gauge(ready, up)
	gauge(streams, float64(s.Open()))
	if n, err := snapshot.Free(s.Folder); err == nil {
		gauge(free, float64(n))
	}
	if last, n := s.Backup(); n > 0 {
		gauge(backups, float64(n))
		gauge(lastOne, float64(last.Unix()))
	} else {
		gauge(backups, 0)
		gauge(lastOne, 0)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if n, err := s.DB.Size(ctx); err == nil {
		gauge(bytes, float64(n))
	}
	_, _ = db.Read(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		counts, err := s.Queue.Counts(tx)
		if err != nil {
			return 0, err
		}
		for name, n := range counts {
			gauge(jobs, float64(n), name)
		}
		n, err := s.Queue.Late(tx, 10*time.Minute)
		if err != nil {
			return 0, err
		}
		gauge(late, float64(n))
		if n, err = audit.Unsealed(tx); err == nil {
			gauge(unsealed, float64(n))
		}
		return 0, err
	})
}
