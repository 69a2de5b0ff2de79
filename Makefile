# SPDX-License-Identifier: GPL-2.0-or-later
#
# socklife: `make help` is the manual of this file. All products are under build/ (SAN=1: build/san, COV=1: build/cov).
# Sources are found by wildcard, so a new file needs no entry here.

##V V=1              show the commands
##V SAN=1            AddressSanitizer and UndefinedBehaviorSanitizer, in build/san
##V COV=1            with gcov, in build/cov (what `make coverage` uses)
##V BENCH=OPTIONS    bench: of tests/bench/run, such as --set gate,peer --loads rr,crr
##V N=1000000        ring-race: records
##V T=60             fuzz: seconds for each target
##V VMLINUX_BTF=PATH kernel type information to build against; default: the running kernel's
##V CC, CLANG, CFLAGS, LDFLAGS   as everywhere; CFLAGS and LDFLAGS come last on the command line
##V WERROR=          warnings do not stop the build (a compiler newer than Debian 12's has more of them)
##V KDIR=DIR         kernel headers to build the module for; default: the running kernel's
##V PREFIX=/usr/local, DESTDIR=  for install
##V TESTS="FILE..."  unit, cli-test, live-test, abi-test, test: only these test programs or scripts

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
SHELL := /bin/sh

VERSION := 0.1.0

ifeq ($(SAN),1)
O := build/san
else ifeq ($(COV),1)
O := build/cov
else
O := build
endif
G := $(O)/gen

first_of = $(firstword $(foreach c,$(1),$(shell PATH="$$PATH:/usr/sbin:/sbin" command -v $(c))) $(lastword $(1)))

CC_GIVEN := $(if $(filter default undefined,$(origin CC)),,$(CC))
CC := $(if $(filter default undefined,$(origin CC)),gcc,$(CC))
AR ?= ar
CLANG ?= $(call first_of,clang-14 clang-19 clang-16 clang)
CLANG := $(CLANG)
CLANG_FORMAT ?= $(call first_of,clang-format-14 clang-format)
CLANG_TIDY ?= $(call first_of,clang-tidy-14 clang-tidy)
BPFTOOL ?= $(call first_of,bpftool)
BPFTOOL := $(BPFTOOL)
FLEX ?= flex
BISON ?= bison
PREFIX ?= /usr/local
T ?= 60
VMLINUX_BTF ?= /sys/kernel/btf/vmlinux
BPF_ARCH := $(shell uname -m | sed -e 's/x86_64/x86/' -e 's/aarch64/arm64/' -e 's/ppc64le/powerpc/' \
	-e 's/riscv64/riscv/' -e 's/s390x/s390/' -e 's/loongarch64/loongarch/')

WERROR ?= -Werror
WARNINGS := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes $(WERROR)
OPTIMISE := -O2
ifeq ($(SAN),1)
INSTRUMENT := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPTIMISE := -O1
else ifeq ($(COV),1)
INSTRUMENT := --coverage
OPTIMISE := -O0
endif
ifneq ($(INSTRUMENT),)
# gcc's warnings about the flow of values are wrong where its own instrumentation is in the way.
WARNINGS += -Wno-unknown-warning-option -Wno-restrict -Wno-maybe-uninitialized -Wno-format-truncation \
	-Wno-format-overflow -Wno-stringop-overflow
endif
SL_CPPFLAGS := -D_GNU_SOURCE -DSL_VERSION='"$(VERSION)"' -I$(G) -Iuserspace/lib -MMD -MP
SL_CFLAGS := -std=gnu11 -fno-strict-aliasing -g $(OPTIMISE) $(INSTRUMENT)
SL_LDLIBS := -lbpf -lelf -lz -lcap -lzstd -lmnl -lkmod -lsqlite3 -lncursesw -ltinfo -lm

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-7s %s\n' $(1) $(2)
endif

# ---- what there is ------------------------------------------------------------------------------------------------

LIB_SRC := $(wildcard userspace/lib/*.c)
CLI_SRC := $(wildcard userspace/cli/*.c)
UNIT_SRC := $(wildcard tests/unit/*_test.c)
UNIT_HELP := $(filter-out $(UNIT_SRC),$(wildcard tests/unit/*.c))
FUZZ_SRC := $(wildcard tests/fuzz/*_fuzz.c)
LOAD_SRC := $(wildcard tests/load/*.c)
BPF_SRC := $(wildcard bpf/socklife.bpf.c)
GRAMMAR := $(wildcard userspace/lib/filter.l)
SCHEMA := $(wildcard userspace/cli/schema.json)

obj = $(patsubst %.c,$(O)/%.o,$(1))
LIB_OBJ := $(call obj,$(LIB_SRC)) $(if $(GRAMMAR),$(G)/filter.tab.o $(G)/filter.yy.o)
CLI_OBJ := $(call obj,$(CLI_SRC)) $(if $(SCHEMA),$(G)/schema.o)
HELP_OBJ := $(call obj,$(UNIT_HELP))
UNITS := $(patsubst %.c,$(O)/%,$(UNIT_SRC))
FUZZERS := $(patsubst tests/fuzz/%.c,$(O)/tests/fuzz/%,$(FUZZ_SRC))
SKEL := $(if $(BPF_SRC),$(G)/socklife.skel.h)
LIB := $(O)/libsocklife.a
CLI := $(O)/socklife
LANGUAGES := $(patsubst po/%.po,%,$(wildcard po/*.po))
CATALOGUES := $(patsubst %,$(O)/locale/%/LC_MESSAGES/socklife.mo,$(LANGUAGES))
LOAD := $(if $(LOAD_SRC),$(O)/tests/socklife-load)

# ---- goals --------------------------------------------------------------------------------------------------------

##T all           the library, the BPF programs and the CLI (the default)
.PHONY: all
all: $(LIB) bpf $(if $(CLI_SRC),$(CLI) $(CATALOGUES))

##T help          this text
.PHONY: help
help:
	@echo 'socklife $(VERSION)'; echo; echo 'Targets:'
	@sed -n 's/^##T /  make /p' Makefile
	@echo; echo 'Variables:'
	@sed -n 's/^##V /  /p' Makefile
	@echo; echo 'In a fresh clone `make demo` and `make test` each do all that they need, packages included.'

##T deps          install the Debian packages that are missing, and say what each is for (root, or sudo)
.PHONY: deps
deps:
	@scripts/deps build test demo style coverage

##T socklife      the CLI: build/socklife
##T libsocklife.a the library: build/libsocklife.a
##T bpf           the BPF programs: build/socklife.bpf.o and their skeleton
.PHONY: socklife libsocklife.a bpf
socklife: $(CLI)
libsocklife.a: $(LIB)
bpf: $(SKEL)

##T kmod          the kernel module for KDIR, in build/kmod/RELEASE
# Built from a copy, so that modules for several kernels stand side by side, and nothing is left among the sources.
KDIR ?= /lib/modules/$(shell uname -r)/build
KMOD_SRC := Kbuild $(wildcard core/*.h kmod/*.[ch] kmod/Kbuild kmod/compat/*.h kmod/compat/try/*.c)
.PHONY: kmod
kmod:
	@test -e '$(KDIR)/include/generated/utsrelease.h' || { echo 'make: no kernel headers in KDIR=$(KDIR)'; \
		echo 'why: a module is built for one kernel, with the headers of just that one'; \
		echo 'fix: apt install linux-headers-amd64, or make kmod KDIR=...'; exit 1; } >&2
	$(Q)set -e; dir=build/kmod/$$(cut -d'"' -f2 '$(KDIR)/include/generated/utsrelease.h'); mkdir -p $$dir; \
		cp --parents -u -p $(KMOD_SRC) $$dir; \
		$(MAKE) -C '$(KDIR)' M=$(CURDIR)/$$dir $(if $(CC_GIVEN),CC='$(CC_GIVEN)') W=1 modules; \
		cp -p $$dir/kmod/socklife.ko $$dir/socklife.ko

##T test          deps, build, then all tests below; ends with "N passed, N failed, N skipped"
##T unit          unit tests (cmocka)
##T cli-test      command lines and messages (bats)
##T live-test     against this kernel, in namespaces and cgroups of their own (root)
##T abi-test      core/ as C11, C++17 and BPF; the golden layout
.PHONY: test unit cli-test live-test abi-test test-programs
test unit cli-test live-test abi-test:
	@scripts/deps build test
	$(Q)$(MAKE) --no-print-directory test-programs
	$(Q)BUILD=$(O) CLANG='$(CLANG)' CC='$(CC)' SAN='$(SAN)' \
		tests/run $(if $(TESTS),$(TESTS),$(patsubst %-test,%,$(filter-out test,$@)))
test-programs: all $(UNITS) $(LOAD) $(O)/tests/record/generate $(G)/vmlinux.h

##T record-test   a recording of a million lives: rate, size, memory; then replayed, exported, reported (LIVES=N)
.PHONY: record-test
record-test:
	@scripts/deps build test
	$(Q)$(MAKE) --no-print-directory all $(O)/tests/record/generate
	$(Q)BUILD=$(O) tests/record/million $(LIVES)

##T fuzz          each fuzzer for T seconds (libFuzzer, in build/fuzz)
.PHONY: fuzz fuzz-programs
fuzz:
	@scripts/deps build test
	$(Q)$(MAKE) --no-print-directory O=build/fuzz CC='$(CLANG)' OPTIMISE=-O1 \
		INSTRUMENT='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined' fuzz-programs
	$(Q)scripts/fuzz $(T) build/fuzz
fuzz-programs: $(FUZZERS)

##T ring-race     the module's ring under ThreadSanitizer, N records
##T ring-model    the module's ring under every interleaving, and four mutants that must be found
##T ring-bench    what a record costs in the module's ring
RING := kmod/ring.c kmod/ring.h tests/ring/shim.h core/abi.h Makefile
RING_CC = $(CC) -std=gnu11 -g -O2 $(WARNINGS) -D_GNU_SOURCE -Iuserspace/lib
N ?= 1000000
.PHONY: ring-race ring-model ring-bench
ring-race: $(O)/tests/ring/race
	$(Q)$< $(N)
ring-model: $(foreach m,plain small hostile mutant1 mutant2 mutant3 mutant4,$(O)/tests/ring/model-$(m))
	$(Q)for m in plain small hostile; do echo "$$m:" && $(O)/tests/ring/model-$$m || exit 1; done
	$(Q)for m in 1 2 3 4; do echo "mutant $$m:"; ! $(O)/tests/ring/model-mutant$$m || exit 1; done
ring-bench: $(O)/tests/bench/ring
	$(Q)$<
$(O)/tests/ring/race: tests/ring/race.c userspace/lib/device_ring.c $(RING)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(RING_CC) -fsanitize=thread -o $@ $< userspace/lib/device_ring.c -pthread
$(O)/tests/ring/model-%: tests/ring/model.c $(RING)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(RING_CC) $(MODEL_$*) -o $@ $<
MODEL_small := -DSIZE=16u -DRECORDS=5 -DLOOKS=5
MODEL_hostile := -DHOSTILE=1
$(foreach m,1 2 3 4,$(eval MODEL_mutant$(m) := -DMUTANT=$(m)))
$(O)/tests/bench/ring: tests/bench/ring.c $(RING)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(RING_CC) -o $@ $<

##T kmod-test     the module's tests in a guest (K=6.1; TESTS="tests/kmod/x.sh ...")
KMOD_PROGRAMS := $(patsubst tests/kmod/%.c,$(O)/tests/kmod/%,$(wildcard tests/kmod/*.c))
.PHONY: kmod-test kmod-programs
kmod-test:
	@scripts/deps build test vm
	$(Q)$(MAKE) --no-print-directory test-programs kmod-programs
	$(Q)BUILD=$(O) TESTS='$(TESTS)' tests/kmod/run $(or $(K),6.1)
kmod-programs: $(KMOD_PROGRAMS)
$(O)/tests/kmod/%: $(O)/tests/kmod/%.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(SL_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ -pthread $(SL_LDLIBS)

##T truth         scenarios between two hosts: the lives against the kernel's counters, the programs and tshark, with a table
##T               (root; SOURCE=bpf; SCENARIOS="lossy cookies": only these)
.PHONY: truth
truth:
	@scripts/deps build test truth
	$(Q)$(MAKE) --no-print-directory all
	$(Q)SOCKLIFE=$(CURDIR)/$(O)/socklife SOURCE='$(or $(SOURCE),bpf)' SCENARIOS='$(SCENARIOS)' tests/truth/truth.sh

##T vmtest        the live tests in guests of the kernels of tests/vm/kernels, with a table (K="6.1 rt": only these)
##T lab-test      the guests' runner itself: statuses, panics, warnings, hangs (LAB=short: the half that decides on verdicts)
.PHONY: vmtest lab-test
lab-test:
	@scripts/deps build test vm
	$(Q)LAB='$(LAB)' tests/run tests/vm/lab.sh
vmtest:
	@scripts/deps build test vm
	$(Q)$(MAKE) --no-print-directory test-programs
	$(Q)BUILD=$(O) TESTS='$(TESTS)' SAN='$(SAN)' tests/vm/test $(K)

##T bench         instructions per operation with each tracer, in a guest whose clock counts them (K=6.12; BENCH="...")
.PHONY: bench
bench:
	@scripts/deps build vm bench
	$(Q)$(MAKE) --no-print-directory all $(LOAD)
	$(Q)BUILD=$(O) tests/bench/run $(if $(K),-k $(K)) $(BENCH)

##T bench-reader  instructions and ns of the reader for a life, natively (root; valgrind)
.PHONY: bench-reader
bench-reader:
	@scripts/deps build test bench
	$(Q)$(MAKE) --no-print-directory all $(LOAD)
	$(Q)BUILD=$(O) tests/bench/reader

##T bench-gate    the shortest bench; fails if a round trip or a connection costs more than tests/bench/baseline.json has
##T bench-rebase  stores what the shortest bench measures now in tests/bench/baseline.json
.PHONY: bench-gate bench-rebase
bench-gate bench-rebase:
	@scripts/deps build test vm
	$(Q)$(MAKE) --no-print-directory all $(LOAD)
	$(Q)BUILD=$(O) tests/bench/gate $(if $(filter bench-rebase,$@),--rebase) $(if $(K),-k $(K))

##T demo          deps, build, and watch a real nginx and a real curl (root)
.PHONY: demo
demo:
	@scripts/deps build demo
	$(Q)$(MAKE) --no-print-directory all
	$(Q)BUILD=$(O) scripts/demo

##T demo-kmod     the module alone: statistics by cat, a traced handshake; in a guest where modules cannot be loaded
.PHONY: demo-kmod
demo-kmod:
	@scripts/deps build demo vm
	$(Q)$(MAKE) --no-print-directory all
	$(Q)BUILD=$(O) scripts/demo-kmod

STYLED := $(wildcard core/*.h bpf/*.[ch] kmod/*.[ch] kmod/compat/*.h kmod/compat/try/*.c userspace/*/*.[ch] \
	$(foreach d,unit fuzz load record ring bench kmod,tests/$(d)/*.[ch]))

##T check-style   clang-format --dry-run over all, clang-tidy over user space
.PHONY: check-style
check-style:
	@scripts/deps build style
	$(Q)$(MAKE) --no-print-directory $(SKEL) $(if $(GRAMMAR),$(G)/filter.tab.h $(G)/filter.yy.h)
	$(call say,FORMAT,'$(words $(STYLED)) files')
	$(Q)$(CLANG_FORMAT) --dry-run -Werror $(STYLED)
	$(call say,TIDY,userspace tests/load)
	$(Q)$(CLANG_TIDY) --quiet $(filter-out $(SKEL_USERS),$(LIB_SRC) $(CLI_SRC) $(LOAD_SRC)) -- $(TIDY_FLAGS)
	$(if $(SKEL_USERS),$(Q)$(CLANG_TIDY) --quiet --checks=-clang-analyzer-unix.Malloc $(SKEL_USERS) -- $(TIDY_FLAGS))
# In the generated skeleton the analyser sees leaks that are none, and no filter of headers keeps it from telling.
TIDY_FLAGS = -std=gnu11 $(patsubst -I$(G),-isystem $(G),$(filter-out -M%,$(SL_CPPFLAGS)))

##T format        clang-format over all, in place
.PHONY: format
format:
	@scripts/deps style
	$(Q)$(CLANG_FORMAT) -i $(STYLED)

##T coverage      line coverage of core/ by the unit tests; fails under 95 %
.PHONY: coverage coverage-report
coverage:
	@scripts/deps build test coverage
	$(Q)$(MAKE) --no-print-directory COV=1 coverage-report
coverage-report: $(UNITS)
	$(Q)find $(O) -name '*.gcda' -delete
	$(Q)BUILD=$(O) tests/run unit
	$(call say,GCOVR,core)
	$(Q)gcovr --root . --filter core/ --object-directory $(O) --print-summary --fail-under-line 95 \
		--txt $(O)/coverage.txt; ret=$$?; cat $(O)/coverage.txt; exit $$ret

##T man           the man page, build/socklife.8 (scdoc), and completions for bash and zsh beside it
.PHONY: man
man: $(O)/socklife.8 $(O)/socklife.bash $(O)/_socklife

$(O)/socklife.%.scd: docs/socklife.%.scd $(CLI)
	$(call say,GEN,$@)
	$(Q)$(CLI) completion man-commands >$(O)/man-commands && $(CLI) completion man-options >$(O)/man-options
	$(Q)sed -e '/^@COMMANDS@/{r $(O)/man-commands' -e 'd}' -e '/^@OPTIONS@/{r $(O)/man-options' -e 'd}' $< >$@
$(O)/socklife.8: $(O)/socklife.8.scd
	$(call say,SCDOC,$@)
	$(Q)scdoc <$< >$@
$(O)/socklife.bash: $(CLI)
	$(Q)$(CLI) completion bash >$@
$(O)/_socklife: $(CLI)
	$(Q)$(CLI) completion zsh >$@

##T install       the CLI to $(DESTDIR)$(PREFIX)/sbin, documents and translations to share/
.PHONY: install
install: $(CLI) $(CATALOGUES)
	$(call say,INSTALL,$(DESTDIR)$(PREFIX))
	$(Q)install -D -m 0755 $(CLI) $(DESTDIR)$(PREFIX)/sbin/socklife
	$(Q)install -D -m 0644 $(O)/socklife.8 $(DESTDIR)$(PREFIX)/share/man/man8/socklife.8
	$(Q)install -D -m 0644 $(O)/socklife.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/socklife
	$(Q)install -D -m 0644 $(O)/_socklife $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_socklife
	$(Q)install -D -m 0644 README.md $(DESTDIR)$(PREFIX)/share/doc/socklife/README.md
	$(Q)for l in $(LANGUAGES); do install -D -m 0644 $(O)/locale/$$l/LC_MESSAGES/socklife.mo \
		$(DESTDIR)$(PREFIX)/share/locale/$$l/LC_MESSAGES/socklife.mo; done

##T po-check      whether the translations in po/ are whole
.PHONY: po-check
po-check:
	@scripts/deps build
	$(Q)mkdir -p $(G)
	$(Q)xgettext --keyword=_ --keyword=N_ --from-code=UTF-8 -o $(G)/socklife.pot userspace/cli/*.c
	$(Q)for po in po/*.po; do msgcmp $$po $(G)/socklife.pot && msgfmt -c -o /dev/null $$po || exit 1; done

##T clean         remove build/
.PHONY: clean
clean:
	$(call say,CLEAN,build)
	$(Q)rm -rf build

# ---- if_changed: a file that changes only when its text does, so that what depends on it is rebuilt just then ------

.PHONY: FORCE
FORCE:
define stamp
	@mkdir -p $(@D); printf '%s\n' $(1) | cmp -s - $@ || printf '%s\n' $(1) >$@
endef

$(O)/.flags: FORCE
	$(call stamp,'$(CC) $(WARNINGS) $(SL_CFLAGS) $(subst ','\'',$(SL_CPPFLAGS)) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)')
$(G)/.kernel: FORCE
	$(call stamp,"$$(uname -r) $(VMLINUX_BTF)")

# ---- C ------------------------------------------------------------------------------------------------------------

compile = $(CC) $(SL_CFLAGS) $(WARNINGS) $(SL_CPPFLAGS) $(CPPFLAGS) $(CFLAGS)

$(O)/%.o: %.c $(O)/.flags
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(compile) -c -o $@ $<

# Generated code keeps no house rules.
$(G)/%.o: $(G)/%.c $(O)/.flags
	$(call say,CC,$@)
	$(Q)$(CC) $(SL_CFLAGS) $(SL_CPPFLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(LIB): $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@; $(AR) rcs $@ $^

$(CLI): $(CLI_OBJ) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(SL_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(SL_LDLIBS)

# ---- translations -------------------------------------------------------------------------------------------------

$(O)/locale/%/LC_MESSAGES/socklife.mo: po/%.po
	@mkdir -p $(@D)
	$(call say,MSGFMT,$@)
	$(Q)msgfmt -c -o $@ $<

# ---- filter language ----------------------------------------------------------------------------------------------

$(G)/%.tab.c: userspace/lib/%.y
	@mkdir -p $(@D)
	$(call say,BISON,$@)
	$(Q)$(BISON) -Wall -Werror --defines=$(G)/$*.tab.h -o $@ $<
$(G)/%.tab.h: $(G)/%.tab.c ;

$(G)/%.yy.c: userspace/lib/%.l
	@mkdir -p $(@D)
	$(call say,FLEX,$@)
	$(Q)$(FLEX) --header-file=$(G)/$*.yy.h -o $@ $<
$(G)/%.yy.h: $(G)/%.yy.c ;

ifneq ($(GRAMMAR),)
$(LIB_OBJ): | $(G)/filter.tab.h $(G)/filter.yy.h
endif
.SECONDARY:

# ---- the JSON schema, as the text sl_schema_json -------------------------------------------------------------------

$(G)/schema.S: $(SCHEMA)
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)printf '%s\n' '.section .rodata' '.global sl_schema_json' '.type sl_schema_json, %object' 'sl_schema_json:' \
		'.incbin "$<"' '.byte 0' '.size sl_schema_json, . - sl_schema_json' \
		'.section .note.GNU-stack,"",%progbits' >$@
$(G)/schema.o: $(G)/schema.S $(SCHEMA)
	$(call say,AS,$@)
	$(Q)$(CC) -c -o $@ $<

# ---- BPF ----------------------------------------------------------------------------------------------------------

$(G)/vmlinux.h: $(G)/.kernel
	$(call say,GEN,$@)
	$(Q)scripts/vmlinux '$(BPFTOOL)' '$(VMLINUX_BTF)' $@

# `gen object` leaves out DWARF, which nobody reads, and keeps BTF.
$(O)/socklife.bpf.o: bpf/socklife.bpf.c $(G)/vmlinux.h Makefile
	$(call say,BPF,$@)
	$(Q)$(CLANG) -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_$(BPF_ARCH) -Wall -Wno-unused-function -Werror \
		-I$(G) -Icore -Ibpf -MMD -MP -MF $(O)/socklife.bpf.d -MT $@ -c -o $@.full $<
	$(Q)$(BPFTOOL) gen object $@ $@.full

$(G)/socklife.skel.h: $(O)/socklife.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name socklife_bpf >$@

ifneq ($(SKEL),)
SKEL_USERS := $(shell grep -l 'socklife\.skel\.h' $(LIB_SRC) $(CLI_SRC) $(UNIT_SRC) /dev/null)
$(call obj,$(SKEL_USERS)): | $(SKEL)
endif

# ---- tests --------------------------------------------------------------------------------------------------------

# Unit tests see the whole library and all of the CLI but its main().
UNIT_LINK := $(HELP_OBJ) $(filter-out $(O)/userspace/cli/main.o,$(CLI_OBJ)) $(LIB)
$(O)/tests/unit/%: $(O)/tests/unit/%.o $(UNIT_LINK)
	$(call say,LD,$@)
	$(Q)$(CC) $(SL_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka -ljansson -lm $(SL_LDLIBS)

$(O)/tests/fuzz/%: $(O)/tests/fuzz/%.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(SL_CFLAGS) -fsanitize=fuzzer $(CFLAGS) $(LDFLAGS) -o $@ $^ $(SL_LDLIBS)

$(O)/tests/record/generate: $(O)/tests/record/generate.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(SL_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lm $(SL_LDLIBS)

# Static and without instruments: it is copied into guests, and it must not disturb what it measures.
LOAD_OBJ := $(patsubst tests/load/%.c,$(O)/tests/load/%.o,$(LOAD_SRC))
$(LOAD_OBJ): INSTRUMENT :=
$(O)/tests/load/%.o: tests/load/%.c $(O)/.flags
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) -std=gnu11 -g -O2 $(WARNINGS) -D_GNU_SOURCE -MMD -MP $(CFLAGS) -c -o $@ $<
$(O)/tests/socklife-load: $(LOAD_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) -static -pthread $(CFLAGS) $(LDFLAGS) -o $@ $^

-include $(shell test -d $(O) && find $(O) -name '*.d')
