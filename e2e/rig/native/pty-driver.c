/*
 * pty-driver COMMAND [ARG...]: runs a command on a terminal of its own, for a test that plays the person
 * before it.
 *
 * stdin: bytes to type. stdout: one event a line:
 *   shown HEX              what the terminal shows
 *   waits echo|hidden      the command waits for input
 *   exit N | signal N      its end
 * End of stdin closes the terminal, so nothing outlives the test.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { buffer_size = 4096 };

/* Programs switch echo off before they print a secret's prompt, so a prompt without echo is soon sure. */
static const int settle_hidden_ms = 10;
static const int settle_shown_ms = 60;
/* A hidden prompt may also end with a newline. */
static const int settle_blank_ms = 1000;

static void write_all(int fd, const void *data, size_t size)
{
	const char *at = data;
	while (size > 0) {
		ssize_t n = write(fd, at, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			exit(3);
		at += n;
		size -= (size_t)n;
	}
}

static void event_shown(const char *text, ssize_t size)
{
	static const char digits[] = "0123456789abcdef";
	char line[6 + 2 * buffer_size + 1] = "shown ";
	size_t at = 6;
	for (ssize_t i = 0; i < size; i++) {
		line[at++] = digits[(unsigned char)text[i] >> 4];
		line[at++] = digits[text[i] & 15];
	}
	line[at++] = '\n';
	write_all(STDOUT_FILENO, line, at);
}

static void event(const char *text)
{
	write_all(STDOUT_FILENO, text, strlen(text));
}

static bool echoes(int terminal)
{
	struct termios mode;
	return tcgetattr(terminal, &mode) != 0 || (mode.c_lflag & ECHO) != 0;
}

/* Follows the last line only: what stands behind the last newline and whether it looks like a question. */
struct line {
	bool blank;
	char last;
};

static void follow(struct line *line, const char *text, ssize_t size)
{
	for (ssize_t i = 0; i < size; i++) {
		if (text[i] == '\n' || text[i] == '\r') {
			line->blank = true;
			line->last = 0;
		} else if (text[i] != ' ') {
			line->blank = false;
			line->last = text[i];
		}
	}
}

static long now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

static bool waits_for_input(int terminal, const struct line *line, long idle_ms, bool *hidden)
{
	*hidden = !echoes(terminal);
	if (*hidden)
		return idle_ms >= (line->blank ? settle_blank_ms : settle_hidden_ms);
	bool question = line->last == ':' || line->last == '?' || line->last == '>';
	return !line->blank && question && idle_ms >= settle_shown_ms;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: pty-driver COMMAND [ARG...]\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	struct winsize size = {.ws_row = 50, .ws_col = 1000};
	int terminal;
	pid_t child = forkpty(&terminal, NULL, NULL, &size);
	if (child < 0) {
		perror("pty-driver: forkpty");
		return 3;
	}
	if (child == 0) {
		signal(SIGPIPE, SIG_DFL);
		execvp(argv[1], argv + 1);
		fprintf(stderr, "pty-driver: %s: %s\n", argv[1], strerror(errno));
		_exit(127);
	}
	struct line line = {.blank = true, .last = 0};
	bool asked = false;
	long last_output_ms = now_ms();
	struct pollfd fds[2] = {{.fd = terminal, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
	char buffer[buffer_size];
	for (;;) {
		int ready = poll(fds, 2, 5);
		if (ready < 0 && errno != EINTR)
			break;
		if (fds[0].revents & (POLLIN | POLLHUP)) {
			ssize_t n = read(terminal, buffer, sizeof buffer);
			if (n <= 0)
				break; /* EIO: the last process has closed its side */
			event_shown(buffer, n);
			follow(&line, buffer, n);
			asked = false;
			last_output_ms = now_ms();
			continue;
		}
		if (fds[1].revents & (POLLIN | POLLHUP)) {
			ssize_t n = read(STDIN_FILENO, buffer, sizeof buffer);
			if (n <= 0) {
				kill(child, SIGHUP);
				break;
			}
			write_all(terminal, buffer, (size_t)n);
			line = (struct line){.blank = true, .last = 0};
			asked = true; /* until it shows something new */
			last_output_ms = now_ms();
			continue;
		}
		bool hidden;
		if (!asked && waits_for_input(terminal, &line, now_ms() - last_output_ms, &hidden)) {
			event(hidden ? "waits hidden\n" : "waits echo\n");
			asked = true;
		}
	}
	close(terminal); /* and with it the command's whole session is hung up */
	int status;
	for (int waited_ms = 0; waitpid(child, &status, WNOHANG) == 0; waited_ms += 5) {
		if (waited_ms == 2000)
			kill(child, SIGKILL);
		usleep(5000);
	}
	char text[32];
	if (WIFEXITED(status))
		snprintf(text, sizeof text, "exit %d\n", WEXITSTATUS(status));
	else
		snprintf(text, sizeof text, "signal %d\n", WTERMSIG(status));
	event(text);
	return 0;
}
