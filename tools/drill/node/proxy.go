package node

import (
	"fmt"
	"net"
	"sync"
	"time"
)

// How the line stands.
const (
	whole  = iota // bytes pass
	silent        // they just stop: nobody says that the line is gone
	reset         // lines are broken off, and new ones too
)

// A proxy is the network between a node and PostgreSQL.
type proxy struct {
	to       string
	listener net.Listener
	mu       sync.Mutex
	changed  *sync.Cond
	how      int
	lines    map[net.Conn]bool
}

func newProxy(to string) (*proxy, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	p := &proxy{to: to, lines: map[net.Conn]bool{}}
	p.changed = sync.NewCond(&p.mu)
	if p.listener, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err != nil {
		return nil, err
	}
	go func() {
		for {
			c, err := p.listener.Accept()
			if err != nil {
				return
			}
			go p.carry(c)
		}
	}()
	return p, nil
}

func (p *proxy) url() string {
	return fmt.Sprintf("postgres://zhike@%s/postgres?sslmode=disable", p.listener.Addr())
}

func (p *proxy) set(how int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.how = how
	if how == reset {
		for c := range p.lines {
			broken(c)
		}
	}
	p.changed.Broadcast()
}

func broken(c net.Conn) {
	_ = c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

// pass waits until bytes pass, and says whether the line still stands.
func (p *proxy) pass() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.how == silent {
		p.changed.Wait()
	}
	return p.how == whole
}

func (p *proxy) carry(near net.Conn) {
	if !p.pass() {
		broken(near)
		return
	}
	far, err := net.DialTimeout("tcp", p.to, time.Second)
	if err != nil {
		broken(near)
		return
	}
	p.mu.Lock()
	p.lines[near], p.lines[far] = true, true
	p.mu.Unlock()
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		both.Go(func() {
			defer way[0].Close()
			defer way[1].Close()
			buffer := make([]byte, 32<<10)
			for {
				n, err := way[0].Read(buffer)
				if n > 0 {
					if !p.pass() {
						return
					}
					if _, err := way[1].Write(buffer[:n]); err != nil {
						return
					}
				}
				if err != nil {
					return
				}
			}
		})
	}
	both.Wait()
	p.mu.Lock()
	delete(p.lines, near)
	delete(p.lines, far)
	p.mu.Unlock()
}

func (p *proxy) end() {
	p.set(reset)
	p.listener.Close()
}
