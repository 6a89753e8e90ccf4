package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/backup"
	"zhike/internal/base/folder"
	"zhike/internal/base/metrics"
	"zhike/internal/platform/outward"
)

// Serve starts the server.
type Serve struct {
	Common
	Listen    string   `default:"127.0.0.1:8080" env:"ZHIKE_LISTEN" help:"Address to listen on."`
	TLSCert   string   `name:"tls-cert" env:"ZHIKE_TLS_CERT" help:"Certificate file; with it the server speaks HTTPS."`
	TLSKey    string   `name:"tls-key" env:"ZHIKE_TLS_KEY" help:"Its key file."`
	PublicURL string   `name:"public-url" env:"ZHIKE_PUBLIC_URL" help:"How browsers reach the server, such as https://crm.example."`
	Reach     []string `name:"reach" env:"ZHIKE_REACH" help:"Private networks that robots and webhooks may be called in, such as 10.1.0.0/16."`
	Metrics   string   `name:"metrics" env:"ZHIKE_METRICS" help:"Address on which a monitor reads /metrics, such as 127.0.0.1:9090; none without it."`
	Trusted   []string `name:"trusted-proxy" env:"ZHIKE_TRUSTED_PROXY" help:"Networks of proxies whose X-Forwarded-For counts."`
}

// grace is how long work under way may take once the server was asked to stop.
const grace = 10 * time.Second

func (c *Serve) Run(out io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	f, err := folder.Open(c.Data)
	if err != nil {
		return err
	}
	defer f.Close()
	h, err := open(ctx, f, c.Common)
	if err != nil {
		return err
	}
	defer h.DB.Close()
	h.Backups.Place = func() (backup.Place, error) {
		p, err := f.Place(c.Key)
		p.Files = h.Elsewhere
		return p, err
	}
	return c.serve(ctx, out, f, h)
}

func (c *Serve) serve(ctx context.Context, out io.Writer, f *folder.Folder, h *House) error {
	serving, err := c.serving()
	if err != nil {
		return err
	}
	h.Door.HTTPS = serving.HTTPS
	if err := c.outward(h); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	address := c.PublicURL
	if address == "" {
		address = map[bool]string{true: "https://", false: "http://"}[c.TLSCert != ""] + listener.Addr().String()
	}
	mux := h.Mux()
	handler := serving.Guard(mux)
	if c.Metrics != "" {
		watched, end, err := measured(h, c.Metrics, f.Path, mux, handler)
		if err != nil {
			return err
		}
		defer end()
		handler = watched
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: api.ReadTimeout, IdleTimeout: api.IdleTimeout, MaxHeaderBytes: api.MaxHeader,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(h.Live.Close)
	socket, err := listenSocket(h, f)
	if err != nil {
		return err
	}
	defer socket.Close()
	sealing, stopSealing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopSealing()
	var beside sync.WaitGroup
	beside.Go(func() { h.Seal(sealing, f.Path) })
	beside.Go(func() { h.Rollups.Run(sealing) })
	beside.Go(func() { h.Watch.Run(sealing) })
	beside.Go(func() { h.Ring.Follow(sealing) })
	beside.Go(func() { folder.KeepErasures(sealing, h.DB, f.Path) })
	if h.Unclean {
		beside.Go(func() { h.Standing.Look(sealing) })
	}
	beside.Go(func() { h.Wire.Listen(sealing) })
	beside.Go(func() { h.Clock.Watch(sealing) })
	h.Queue.Start()
	failed := make(chan error, 1)
	go func() {
		if c.TLSCert != "" {
			failed <- server.ServeTLS(listener, c.TLSCert, c.TLSKey)
			return
		}
		failed <- server.Serve(listener)
	}()
	if err := greet(context.WithoutCancel(ctx), h, out, address); err != nil { // who stops it this soon is no failure
		return err
	}
	if code, err := f.Recovery(c.Key); err != nil {
		return err
	} else if code != "" {
		fmt.Fprintf(out, "Recovery code (shown this once; write it down, and keep it apart from the data): %s\n", code)
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
		h.Standing.Stop()
		slow, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		err = errors.Join(server.Shutdown(slow), h.Queue.Stop(slow))
	}
	stopSealing()
	beside.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

func (c *Serve) serving() (s api.Serving, err error) {
	s.HTTPS = c.TLSCert != "" || strings.HasPrefix(c.PublicURL, "https://")
	for _, t := range c.Trusted {
		p, err := netip.ParsePrefix(t)
		if err != nil {
			return s, fmt.Errorf("--trusted-proxy: %w", err)
		}
		s.Trusted = append(s.Trusted, p)
	}
	return s, nil
}

// measured begins to measure, and to tell it at another address.
func measured(h *House, listen, path string, mux *http.ServeMux, next http.Handler) (http.Handler, func(), error) {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, nil, fmt.Errorf("--metrics: %w", err)
	}
	m := metrics.New(metrics.Sources{DB: h.DB, Queue: h.Queue, Folder: path, Open: h.Live.Streams, Ready: func() string { return h.Standing.Why(context.Background()) }, Backup: h.Backups.Last})
	server := &http.Server{Handler: m.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: api.MaxHeader}
	go server.Serve(l)
	return m.Watch(mux, next), func() { server.Close() }, nil
}

// outward says which addresses may be called, and how messages link back.
func (c *Serve) outward(h *House) error {
	var reach []netip.Prefix
	for _, t := range c.Reach {
		p, err := netip.ParsePrefix(t)
		if err != nil {
			return fmt.Errorf("--reach: %w", err)
		}
		reach = append(reach, p)
	}
	h.Outbox.Out, h.Outbox.PublicURL = outward.New(reach...), c.PublicURL
	return nil
}

// greet says where the server is, and for a new company the one-time link.
func greet(ctx context.Context, h *House, out io.Writer, address string) error {
	fmt.Fprintf(out, "Zhike is at %s\n", address)
	token, needed, err := h.Door.SetupToken(ctx)
	if err != nil {
		return err
	}
	if needed {
		fmt.Fprintf(out, "Set up your company (this link works once): %s/setup?token=%s\n", address, token)
	}
	return nil
}
