/*
 * packet-link NETNS_A NETNS_B: a cable between two network namespaces, as a pair of TUN interfaces named
 * "uplink" with this program between them. It delays and drops IP packets where the kernel has no netem.
 *
 * stdin, one command a line, each answered by "ok" (or "error TEXT") on stdout:
 *   delay MS      every packet arrives MS later, in each direction
 *   loss PERCENT  drops that share of packets, in each direction
 *   up | down     down drops everything
 *   stats         answers "ok PASSED DROPPED"
 * End of stdin ends it, and the interfaces with it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { queue_length = 4096, packet_size = 2048 };

struct packet {
	long due_ms;
	int to;
	uint32_t size;
	unsigned char data[packet_size];
};

/* One delay holds for all, so packets leave in the order in which they came. */
static struct packet queue[queue_length];
static unsigned head, tail;
static unsigned long passed, dropped;
static long delay_ms;
static double loss_percent;
static bool is_down;
static uint64_t random_state = 0x9e3779b97f4a7c15u;

static long now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

/* xorshift64*: a fixed seed, so that a run with loss can be repeated. */
static double random_percent(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (double)((random_state * 0x2545f4914f6cdd1du) >> 40) / (double)(1u << 24) * 100.0;
}

static int open_tun(const char *namespace_path)
{
	int ns = open(namespace_path, O_RDONLY | O_CLOEXEC);
	if (ns < 0 || setns(ns, CLONE_NEWNET) != 0) {
		fprintf(stderr, "packet-link: %s: %s\n", namespace_path, strerror(errno));
		exit(2);
	}
	close(ns);
	int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	strcpy(request.ifr_name, "uplink");
	if (tun < 0 || ioctl(tun, TUNSETIFF, &request) != 0) {
		fprintf(stderr, "packet-link: /dev/net/tun: %s\n", strerror(errno));
		exit(2);
	}
	return tun;
}

static void deliver_due(const int tun[2])
{
	while (head != tail && queue[head].due_ms <= now_ms()) {
		struct packet *p = &queue[head];
		head = (head + 1) % queue_length;
		if (!is_down && write(tun[p->to], p->data, p->size) == (ssize_t)p->size)
			passed++;
		else
			dropped++;
	}
}

static void accept_packets(const int tun[2], int from)
{
	for (;;) {
		unsigned next = (tail + 1) % queue_length;
		static unsigned char overflow[packet_size];
		bool full = next == head;
		ssize_t n = read(tun[from], full ? overflow : queue[tail].data, packet_size);
		if (n <= 0)
			return;
		if (full || is_down || random_percent() < loss_percent) {
			dropped++;
			continue;
		}
		queue[tail].due_ms = now_ms() + delay_ms;
		queue[tail].to = 1 - from;
		queue[tail].size = (uint32_t)n;
		tail = next;
	}
}

static void obey(const char *line)
{
	if (sscanf(line, "delay %ld", &delay_ms) == 1 || sscanf(line, "loss %lf", &loss_percent) == 1)
		puts("ok");
	else if (strcmp(line, "up\n") == 0 || strcmp(line, "down\n") == 0) {
		is_down = line[0] == 'd';
		puts("ok");
	} else if (strcmp(line, "stats\n") == 0)
		printf("ok %lu %lu\n", passed, dropped);
	else
		printf("error unknown command: %s", line);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: packet-link NETNS_A NETNS_B\n");
		return 2;
	}
	const int tun[2] = {open_tun(argv[1]), open_tun(argv[2])};
	puts("ready");
	fflush(stdout);
	struct pollfd fds[3] = {{.fd = tun[0], .events = POLLIN},
				{.fd = tun[1], .events = POLLIN},
				{.fd = STDIN_FILENO, .events = POLLIN}};
	for (;;) {
		long wait = head == tail ? -1 : queue[head].due_ms - now_ms();
		if (poll(fds, 3, head != tail && wait < 0 ? 0 : (int)wait) < 0 && errno != EINTR)
			return 3;
		accept_packets(tun, 0);
		accept_packets(tun, 1);
		deliver_due(tun);
		if (fds[2].revents & (POLLIN | POLLHUP)) {
			/* Commands come one at a time, each after the last one's answer. */
			char line[128];
			ssize_t n = read(STDIN_FILENO, line, sizeof line - 1);
			if (n <= 0)
				return 0;
			line[n] = 0;
			obey(line);
		}
	}
}
