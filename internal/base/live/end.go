package live

// End ends the streams of one person on this node: he is gone, or was put out.
func (h *Hub) End(user string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.open[user] {
		close(c)
	}
	delete(h.open, user)
}
