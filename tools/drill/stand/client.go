package stand

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"time"
)

// A Client is a browser of somebody who signed in.
type Client struct {
	base   string
	cookie *http.Cookie
	http   *http.Client
}

// SignIn is for an address; what it is told comes by lines, or by the usual ones for nil.
func SignIn(base, login string, lines http.RoundTripper) (*Client, error) {
	c := &Client{base: base, http: &http.Client{Timeout: 20 * time.Second, Transport: lines}}
	body, err := json.Marshal(map[string]string{"login": login, "password": passphrase})
	if err != nil {
		return nil, err
	}
	r, err := c.http.Post(base+"/api/v1/session", "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	if r.StatusCode != 200 || len(r.Cookies()) == 0 {
		text, _ := io.ReadAll(r.Body)
		return nil, fmt.Errorf("signing in as %s: %d %s", login, r.StatusCode, text)
	}
	c.cookie = r.Cookies()[0]
	return c, nil
}

// By is the same session over other lines, with another patience.
func (c *Client) By(lines http.RoundTripper, patience time.Duration) *Client {
	return &Client{base: c.base, cookie: c.cookie, http: &http.Client{Timeout: patience, Transport: lines}}
}

// At is the same session at another node.
func (c *Client) At(base string) *Client {
	return &Client{base: base, cookie: c.cookie, http: c.http}
}

// Ask gives the status and the body as JSON; an error is an answer that never came.
func (c *Client) Ask(ctx context.Context, method, path, match string, body any) (int, map[string]any, error) {
	var from io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		from = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1"+path, from)
	if err != nil {
		return 0, nil, err
	}
	r.AddCookie(c.cookie)
	r.Header.Set("Content-Type", "application/json")
	if match != "" {
		r.Header.Set("If-Match", match)
	}
	a, err := c.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer a.Body.Close()
	out := map[string]any{}
	if err := json.NewDecoder(a.Body).Decode(&out); err != nil && err != io.EOF {
		return 0, nil, err // cut in the middle: not acknowledged
	}
	return a.StatusCode, out, nil
}

// Upload sends a form with a file, and gives the id of what it became.
func (c *Client) Upload(ctx context.Context, path, name, content string, fields map[string]string) (status int, id string, err error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range fields {
		err = errors.Join(err, w.WriteField(k, v))
	}
	part, failed := w.CreateFormFile("file", name)
	if err = errors.Join(err, failed); err == nil {
		_, err = io.WriteString(part, content)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return 0, "", err
	}
	r, err := http.NewRequestWithContext(ctx, "POST", c.base+"/api/v1"+path, &body)
	if err != nil {
		return 0, "", err
	}
	r.AddCookie(c.cookie)
	r.Header.Set("Content-Type", w.FormDataContentType())
	a, err := c.http.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer a.Body.Close()
	var out struct {
		ID string `json:"id"`
	}
	err = json.NewDecoder(a.Body).Decode(&out)
	return a.StatusCode, out.ID, err
}

// content reads a file's.
func (c *Client) content(path string) (int, string, error) {
	r, err := http.NewRequest("GET", c.base+"/api/v1"+path+"/content", nil)
	if err != nil {
		return 0, "", err
	}
	r.AddCookie(c.cookie)
	a, err := c.http.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	return a.StatusCode, string(text), err
}
