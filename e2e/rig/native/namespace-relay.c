/*
 * namespace-relay NETNS LISTEN_ADDRESS LISTEN_PORT TARGET_PORT: listens inside a network namespace and
 * carries each connection, byte for byte, to 127.0.0.1:TARGET_PORT outside of it. A target that refuses
 * is a reset for the client. End of stdin ends it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in target = {.sin_family = AF_INET};

static void fail(const char *what)
{
	fprintf(stderr, "namespace-relay: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void reset(int fd)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(fd);
}

static bool carry(int from, int to, bool *broken)
{
	char buffer[65536];
	ssize_t n = read(from, buffer, sizeof buffer);
	if (n <= 0) {
		if (n < 0)
			*broken = true;
		shutdown(to, SHUT_WR);
		return false;
	}
	for (ssize_t at = 0; at < n;) {
		ssize_t w = write(to, buffer + at, (size_t)(n - at));
		if (w <= 0) {
			*broken = true;
			return false;
		}
		at += w;
	}
	return true;
}

static void *relay(void *argument)
{
	int inside = (int)(intptr_t)argument;
	int outside = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1;
	setsockopt(inside, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (outside < 0 || connect(outside, (struct sockaddr *)&target, sizeof target) != 0) {
		if (outside >= 0)
			close(outside);
		reset(inside);
		return NULL;
	}
	setsockopt(outside, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	bool up = true, down = true, broken = false;
	while ((up || down) && !broken) {
		struct pollfd fds[2] = {{.fd = up ? inside : -1, .events = POLLIN},
					{.fd = down ? outside : -1, .events = POLLIN}};
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		if (fds[0].revents)
			up = carry(inside, outside, &broken);
		if (fds[1].revents)
			down = carry(outside, inside, &broken);
	}
	if (broken) {
		reset(outside);
		reset(inside);
	} else {
		close(outside);
		close(inside);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fprintf(stderr, "usage: namespace-relay NETNS LISTEN_ADDRESS LISTEN_PORT TARGET_PORT\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	int outer = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int inner = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (outer < 0 || inner < 0 || setns(inner, CLONE_NEWNET) != 0)
		fail(argv[1]);
	/* A socket stays in the namespace where it was made. */
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[3]))};
	int one = 1;
	if (listener < 0 || inet_pton(AF_INET, argv[2], &address.sin_addr) != 1)
		fail(argv[2]);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 128) != 0)
		fail("listen");
	if (setns(outer, CLONE_NEWNET) != 0)
		fail("return");
	target.sin_port = htons((uint16_t)atoi(argv[4]));
	inet_pton(AF_INET, "127.0.0.1", &target.sin_addr);
	puts("ready");
	fflush(stdout);
	struct pollfd fds[2] = {{.fd = listener, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			fail("poll");
		if (fds[1].revents)
			return 0;
		if (!fds[0].revents)
			continue;
		int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		pthread_t thread;
		if (client < 0)
			continue;
		if (pthread_create(&thread, NULL, relay, (void *)(intptr_t)client) != 0)
			reset(client);
		else
			pthread_detach(thread);
	}
}
