// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SQLite: tables run, lives and events (columns: fields.h; what is not known is NULL), indices for the usual questions,
 * and views with answers to them. Times: ts is RFC 3339 text, mono_ns the recording host's monotonic clock.
 */
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "fields.h"

struct database {
	sqlite3 *db;
	sqlite3_stmt *lives, *events;
};

static const char after[] =
	"CREATE INDEX lives_cookie ON lives(cookie);"
	"CREATE INDEX lives_remote ON lives(remote_ip, remote_port);"
	"CREATE INDEX events_cookie ON events(cookie, mono_ns);"
	"CREATE VIEW failures AS SELECT ts, comm, pid, local_ip, local_port, remote_ip, remote_port, role, outcome, errno,"
	" close, \"end\", cookie FROM lives WHERE (outcome IS NOT NULL AND outcome <> 'established') OR errno IS NOT NULL"
	" OR close IN ('reset-sent', 'reset-received', 'timed-out', 'error');"
	"CREATE VIEW slow_handshakes AS SELECT * FROM lives WHERE handshake_us > 0 ORDER BY handshake_us DESC;"
	"CREATE VIEW by_remote AS SELECT remote_ip, remote_port, comm, count(*) AS lives, sum(bytes_sent) AS bytes_sent,"
	" sum(bytes_received) AS bytes_received, avg(handshake_us) AS handshake_us, sum(retrans) AS retrans,"
	" sum(outcome IS NOT NULL AND outcome <> 'established') AS failed FROM lives WHERE role = 'client'"
	" GROUP BY remote_ip, remote_port, comm ORDER BY lives DESC;"
	"CREATE VIEW by_service AS SELECT local_ip, local_port, comm, count(*) AS lives, sum(bytes_sent) AS bytes_sent,"
	" sum(bytes_received) AS bytes_received, avg(accept_wait_us) AS accept_wait_us, max(accept_wait_us) AS"
	" accept_wait_max_us FROM lives WHERE role = 'server' GROUP BY local_ip, local_port, comm ORDER BY lives DESC;"
	"CREATE VIEW pairs AS SELECT c.cookie AS client, s.cookie AS server, c.comm AS client_comm, s.comm AS server_comm,"
	" c.handshake_us, s.accept_wait_us, c.life_us FROM lives c JOIN lives s ON c.peer = s.cookie"
	" WHERE c.role = 'client' AND s.role = 'server';"
	"COMMIT;";

static struct database *database_of(struct run *run)
{
	return export_of(run)->state;
}

static void fail(struct run *run, int ret)
{
	struct database *d = database_of(run);

	export_fail(run, ret == SQLITE_FULL ? -ENOSPC : -EIO, "sqlite: cannot write the database",
		    d && d->db ? sqlite3_errmsg(d->db) : sqlite3_errstr(ret));
}

static void execute(struct run *run, const char *sql)
{
	int ret = run->failed ? SQLITE_OK : sqlite3_exec(database_of(run)->db, sql, NULL, NULL, NULL);

	if (ret != SQLITE_OK)
		fail(run, ret);
}

static const char *type_name(enum field_type type)
{
	return type == FIELD_INTEGER ? "INTEGER" : type == FIELD_REAL ? "REAL" : "TEXT";
}

/* Creates a table with these columns and prepares what fills it. */
static sqlite3_stmt *create_table(struct run *run, const char *name, const struct field *fields, unsigned count)
{
	char create[4096], insert[1024];
	int c = snprintf(create, sizeof(create), "CREATE TABLE %s (", name);
	int i = snprintf(insert, sizeof(insert), "INSERT INTO %s VALUES (", name);
	sqlite3_stmt *statement = NULL;
	int ret;

	for (unsigned n = 0; n < count; n++) {
		const char *end = n + 1 < count ? ", " : ")";

		c += snprintf(create + c, sizeof(create) - (size_t)c, "\"%s\" %s%s", fields[n].name,
			      type_name(fields[n].type), end);
		i += snprintf(insert + i, sizeof(insert) - (size_t)i, "?%s", end);
	}
	execute(run, create);
	if (run->failed)
		return NULL;
	ret = sqlite3_prepare_v2(database_of(run)->db, insert, -1, &statement, NULL);
	if (ret != SQLITE_OK)
		fail(run, ret);
	return statement;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

static void step(struct run *run, sqlite3_stmt *statement)
{
	int ret = sqlite3_step(statement);

	if (ret != SQLITE_DONE)
		fail(run, ret);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

static void insert_run(struct run *run)
{
	struct database *d = database_of(run);
	sqlite3_stmt *statement = NULL;
	int ret;

	execute(run, "CREATE TABLE run (tool TEXT, kernel TEXT, host TEXT, boot_id TEXT, level TEXT, filter TEXT,"
		     " realtime_offset_ns INTEGER)");
	if (run->failed)
		return;
	ret = sqlite3_prepare_v2(d->db, "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?)", -1, &statement, NULL);
	if (ret != SQLITE_OK) {
		fail(run, ret);
		return;
	}
	bind_text(statement, 1, SL_VERSION);
	bind_text(statement, 2, run->host.kernel);
	bind_text(statement, 3, run->host.name);
	bind_text(statement, 4, run->host.boot_id);
	bind_text(statement, 5, run_level_name(run->level));
	bind_text(statement, 6, run->filter);
	sqlite3_bind_int64(statement, 7, run->stamp.realtime_offset_ns);
	step(run, statement);
	sqlite3_finalize(statement);
}

/* The file is new and has another name until it is whole: no journal and no waiting for the disk protect it better. */
static void begin(struct run *run)
{
	struct export *x = export_of(run);
	struct database *d = calloc(1, sizeof(*d));
	int ret;

	x->state = d;
	if (!d) {
		export_fail(run, -ENOMEM, "export: no memory", NULL);
		return;
	}
	ret = sqlite3_open(x->out.part, &d->db);
	if (ret != SQLITE_OK)
		fail(run, ret);
	execute(run, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
	insert_run(run);
	if (!run->failed)
		d->lives = create_table(run, "lives", life_fields, life_field_count);
	if (!run->failed)
		d->events = create_table(run, "events", event_fields, event_field_count);
}

static void insert(struct run *run, sqlite3_stmt *statement, const struct field *fields, unsigned count,
		   const struct record *r)
{
	for (unsigned i = 0; i < count; i++) {
		struct value v;

		if (!fields[i].get(r, &v))
			continue; /* not bound: NULL */
		if (fields[i].type == FIELD_INTEGER)
			sqlite3_bind_int64(statement, (int)i + 1, v.integer);
		else if (fields[i].type == FIELD_REAL)
			sqlite3_bind_double(statement, (int)i + 1, v.real);
		else
			bind_text(statement, (int)i + 1, v.text);
	}
	step(run, statement);
}

static void event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	struct record r = { .run = run, .ev = ev, .id = id, .ts_ns = ev->rec.ts_ns, .peer = peer };

	insert(run, database_of(run)->events, event_fields, event_field_count, &r);
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	struct record r = { .run = run, .life = l, .id = &l->id, .ts_ns = ts_ns, .peer = peer };

	insert(run, database_of(run)->lives, life_fields, life_field_count, &r);
}

static void end(struct run *run, const struct run_end *e)
{
	struct database *d = database_of(run);

	(void)e;
	if (!d)
		return;
	execute(run, after);
	sqlite3_finalize(d->lives);
	sqlite3_finalize(d->events);
	if (sqlite3_close(d->db) != SQLITE_OK)
		export_fail(run, -EIO, "sqlite: cannot close the database", NULL);
	free(d);
	export_of(run)->state = NULL;
}

const struct exporter export_sqlite = { "sqlite", "SQLite: tables run, lives, events, and views",
					".db",    OUTFILE_NAME,
					false,    { .begin = begin, .event = event, .life = life, .end = end } };
