# `make` prints itself.
.DEFAULT_GOAL := help
DATA ?= demo
LISTEN ?= 127.0.0.1:8080
SIZE ?= 100k

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

web/node_modules/.stamp: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: web/node_modules/.stamp $(shell find web/src web/public web/index.html web/vite.config.ts web/manual.plugin.ts docs/manual locale -type f 2>/dev/null)
	cd web && npm run --silent build

ui: web/dist/index.html ## the interface alone

build: ui ## bin/zhike, with the interface inside
	go build -trimpath -ldflags="-s -w" -o bin/zhike .

run: build ## build, a demo company, serve, print address and demo logins
	@[ -f $(DATA)/demo-logins.txt ] || bin/zhike demo --data $(DATA)
	@echo; cat $(DATA)/demo-logins.txt; echo
	@bin/zhike serve --data $(DATA) --listen $(LISTEN)

demo: build ## a demo company in ./demo
	bin/zhike demo --data $(DATA)

dev: build ## the server for `cd web && npm run dev`
	bin/zhike serve --data $(DATA) --listen 127.0.0.1:8090

test: build api-check ## every test: both databases, interface, browser
	@tools/test.sh

test-fast: web/node_modules/.stamp ## the quick ones: Go on SQLite, interface units
	@go vet ./... && ZHIKE_TEST_POSTGRES= go test -json ./... 2>&1 | go run ./tools/count
	@cd web && npm test --silent

fuzz: ## every fuzz target for SECONDS (20); what fails lands in its testdata, to be kept as a seed. IN=internal/crm narrows it
	@bad=0; for d in $$(grep -rl '^func Fuzz' --include='*_test.go' $(or $(IN),internal) | xargs -n1 dirname | sort -u); do \
		for f in $$(grep -ho '^func Fuzz[A-Za-z]*' $$d/*_test.go | cut -c6-); do \
			echo "$$d $$f"; said=$$(go test ./$$d -run '^$$' -fuzz "^$$f\$$" -fuzztime $(or $(SECONDS),20)s 2>&1) || { echo "$$said"; bad=1; }; done; done; exit $$bad

lint: web/node_modules/.stamp ## formats and static checks
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	@$(MAKE) --no-print-directory static
	cd web && npm run --silent lint

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.7.0
static: ## staticcheck; what it may say stands in .ci/static with the reason
	@go run $(STATICCHECK) -version >/dev/null
	@go run $(STATICCHECK) ./... 2>&1 | grep -v '^exit status' | sed 's/:[0-9]*:[0-9]*:/:/' | sort -u > .ci/static.found; \
		grep -v '^#' .ci/static | cut -f1 | sort -u | diff - .ci/static.found > .ci/static.diff; was=$$?; \
		sed -n 's/^> /found: /p; s/^< /in .ci\/static, and found no more: /p' .ci/static.diff; rm -f .ci/static.found .ci/static.diff; exit $$was

# A hostile file is measured in time and memory, of which the detector takes ten times as much.
RACING = ./internal/platform/... ./internal/base/...
RACES = TestTwoSweepsAtOnce|TestClaims|TestTogether|TestChecksADay|TestOnce|TestLive|TestStreamsAreBounded|TestGuessing|TestTurns|TestReviewsOpenOnce|TestCustomerLives|TestCancelledCheck
race: ## the race detector over what runs at once, on SQLite (needs gcc; 5 minutes on two cores)
	ZHIKE_TEST_POSTGRES= go test -race -timeout 15m -skip TestHostileFiles $(RACING)
	ZHIKE_TEST_POSTGRES= go test -race -timeout 15m -run '$(RACES)' ./internal/app

race-short: ## the part of it that CI runs
	ZHIKE_TEST_POSTGRES= go test -race -timeout 5m ./internal/platform/db ./internal/platform/job ./internal/base/keyring ./internal/base/numbering
	ZHIKE_TEST_POSTGRES= go test -race -timeout 5m -run 'TestClaims|TestTwoSweepsAtOnce' ./internal/app

api: ## api/openapi.json anew, and the interface's types from it
	go run . openapi > api/openapi.json.new && mv api/openapi.json.new api/openapi.json
	cd web && npm run --silent api

api-check: ## the committed API document and the types made of it are current
	@go run . openapi | diff -q - api/openapi.json >/dev/null || { echo "api/openapi.json is not current: make api"; exit 1; }
	@cd web && npm run --silent api:check

bench: ## speed and memory beside bare SQL (SIZE=1m for a million customers)
	go run ./tools/bench -size $(SIZE)

bench-own: ## speed of lists by a company's own fields (SIZE=1m)
	go run ./tools/bench -own -size $(SIZE)

bench-sheets: ## speed and memory of imports, and of a list meanwhile
	go run ./tools/bench -sheets -size $(SIZE)

bench-figures: ## dashboards, reports, the sweep of alerts (SIZE=1m; KEEP=folder keeps the company for the next run)
	go run ./tools/bench -figures -size $(SIZE) $(if $(KEEP),-keep $(KEEP))

shots: build ## the manual's pictures, from a demo company (ONLY=name)
	@mkdir -p docs/manual/pictures
	tools/withdemo.sh /dev/null node shots.mjs ../docs/manual/pictures

bench-page: build ## how soon a list stands on the screen, on a desktop and on a throttled phone (TIMES=9)
	tools/withdemo.sh /dev/null node scripts/speed.mjs

drill: build ## break a server on purpose, and look what is left (ONLY=kill-writes,power TIMES=20)
	go run ./tools/drill $(if $(ONLY),-only $(ONLY)) $(if $(TIMES),-times $(TIMES)) $(if $(OUT),-out $(OUT))

slice: ## a new slice that compiles: make slice name=quote
	@tools/slice.sh $(name)

clean: ## what was built
	rm -rf bin web/dist/assets web/dist/index.html

.PHONY: help ui build run demo dev test test-fast fuzz race race-short static lint api api-check bench bench-sheets bench-figures bench-page shots drill slice clean
