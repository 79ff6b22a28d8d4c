/*
 * askpass PROMPT: what ssh runs as SSH_ASKPASS. Hands the prompt to the test over the Unix socket in
 * HOLDFAST_E2E_ASKPASS and prints the answer. The answer's first byte says 'A' (answer) or 'C' (cancel).
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *path = getenv("HOLDFAST_E2E_ASKPASS");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (path == NULL || argc < 2 || strlen(path) >= sizeof address.sun_path)
		return 2;
	strcpy(address.sun_path, path);
	int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (peer < 0 || connect(peer, (struct sockaddr *)&address, sizeof address) != 0) {
		perror("askpass");
		return 2;
	}
	size_t size = strlen(argv[1]);
	if (write(peer, argv[1], size) != (ssize_t)size || shutdown(peer, SHUT_WR) != 0)
		return 2;
	char answer[4096];
	size_t have = 0;
	ssize_t n;
	while (have < sizeof answer && (n = read(peer, answer + have, sizeof answer - have)) > 0)
		have += (size_t)n;
	if (have == 0 || answer[0] != 'A')
		return 1;
	fwrite(answer + 1, 1, have - 1, stdout);
	putchar('\n');
	return fflush(stdout) == 0 ? 0 : 2;
}
