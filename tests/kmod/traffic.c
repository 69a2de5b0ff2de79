// SPDX-License-Identifier: GPL-2.0-or-later
/* traffic N: N TCP connections and N UDP messages on loopback, as fast as they go. */
#include "reader.h"

int main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 100, i;
	struct sockaddr_in at;
	socklen_t size = sizeof(at);
	char byte = 'x';

	connections(n);
	for (i = 0; i < n; i++) {
		int a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET, SOCK_DGRAM, 0);

		at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		if (bind(a, (void *)&at, sizeof(at)) || getsockname(a, (void *)&at, &size) ||
		    sendto(b, &byte, 1, 0, (void *)&at, size) != 1 || recv(a, &byte, 1, 0) != 1)
			return 1;
		close(a);
		close(b);
	}
	return 0;
}
