// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * account EVENTS: sockets come and go until a reader has seen EVENTS records; beside it one that is slow, one that never reads
 * until the end, one whose filter takes half, and one after another that is killed. For each that is left: seen = delivered +
 * lost, for each type and CPU; delivered = read; begun = ended + filtered + open. Error 0.
 */
#include "reader.h"

static struct reader fast, slow, stopped, half;

static void *victims(void *killed)
{
	while (!atomic_load(&traffic_over)) {
		pid_t pid = fork();

		if (!pid) {
			struct reader r;

			reader_open(&r, SL_LEVEL_CALLS, 65536);
			reader_start(&r);
			for (;;)
				reader_take(&r);
		}
		usleep(1000 + (useconds_t)(rand() % 200000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		++*(unsigned *)killed;
	}
	return NULL;
}

static void *read_slowly(void *unused)
{
	while (!atomic_load(&traffic_over)) {
		reader_take(&slow);
		usleep(50000);
	}
	return unused;
}

static void open_half(void)
{
	struct sl_config config = { .level = SL_LEVEL_CALLS, .ring_bytes = 1u << 20 };
	struct sl_error err;

	config.match.len = 1; /* odd ports */
	config.match.insn[0] =
		(struct sl_match_insn){ .op = SL_OP_TERM, .field = SL_FIELD_LPORT, .cmp = SL_CMP_LT, .lo = 45000 };
	if (sl_device_open(&half.device, &err) || sl_device_setup(&half.device, &config, &err))
		die("a reader with a filter");
	reader_start(&half);
}

static bool lives_add_up(struct reader *r, const char *who)
{
	struct sl_device_counters c;

	sl_device_counters(&r->device, &c);
	printf("# %s: begun %llu = ended %llu + filtered %llu + open %lld\n", who,
	       (unsigned long long)c.counters.lives_begun, (unsigned long long)c.counters.lives_ended,
	       (unsigned long long)c.counters.filtered,
	       (long long)(c.counters.lives_begun - c.counters.lives_ended - c.counters.filtered));
	return c.counters.lives_begun >= c.counters.lives_ended + c.counters.filtered;
}

int main(int argc, char **argv)
{
	uint64_t wanted = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
	struct reader *all[] = { &fast, &slow, &stopped, &half };
	const char *name[] = { "fast", "slow", "stopped", "half" };
	pthread_t maker[2], sleeper, killer;
	unsigned killed = 0, i;

	reader_open(&fast, SL_LEVEL_CALLS, 4u << 20);
	reader_open(&slow, SL_LEVEL_CALLS, 65536);
	reader_open(&stopped, SL_LEVEL_CALLS, 65536);
	for (i = 0; i < 3; i++)
		reader_start(all[i]);
	open_half();
	for (i = 0; i < 2; i++)
		pthread_create(&maker[i], NULL, traffic, NULL);
	pthread_create(&sleeper, NULL, read_slowly, NULL);
	pthread_create(&killer, NULL, victims, &killed);
	while (fast.got < wanted) {
		reader_take(&fast);
		reader_take(&half);
		reader_wait(&fast, 20);
	}
	atomic_store(&traffic_over, true);
	for (i = 0; i < 2; i++)
		pthread_join(maker[i], NULL);
	pthread_join(sleeper, NULL);
	pthread_join(killer, NULL);
	for (i = 0; i < 4; i++) {
		reader_stop(all[i]);
		tap(reader_balanced(all[i], name[i]), "%s: seen = delivered + lost, and delivered = read: error 0",
		    name[i]);
		tap(lives_add_up(all[i], name[i]), "%s: lives add up", name[i]);
	}
	printf("# %lu connections, %u readers killed\n", (unsigned long)atomic_load(&traffic_connections), killed);
	tap(killed > 1, "readers were killed meanwhile");
	tap(slow.gaps && stopped.gaps && half.got < fast.got,
	    "some lost, some did not: the account was put to the test");
	for (i = 0; i < 4; i++)
		sl_device_close(&all[i]->device);
	return tap_finish();
}
