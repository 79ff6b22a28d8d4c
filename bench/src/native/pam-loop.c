/*
 * PAM authentications in one process, timed from pam_start to pam_end, so that the start of a program is not
 * measured. Each line of stdin: SERVICE TAB USER TAB COUNT [TAB ANSWER]...; the answers go to the prompts in
 * their order. For each authentication one line of stdout: RESULT SPACE NANOSECONDS; then "done" TAB the last
 * line that the modules showed.
 */
#define _GNU_SOURCE
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { max_answers = 4, max_text = 512 };

struct script {
	char *answers[max_answers];
	int given, asked;
	char shown[max_text];
};

static void forget(struct pam_response *responses, int count)
{
	for (int i = 0; i < count; i++)
		free(responses[i].resp);
	free(responses);
}

static int converse(int count, const struct pam_message **messages, struct pam_response **out, void *data)
{
	struct script *script = data;
	struct pam_response *responses = calloc(count, sizeof *responses);
	if (responses == NULL)
		return PAM_BUF_ERR;
	for (int i = 0; i < count; i++) {
		int style = messages[i]->msg_style;
		if (style == PAM_PROMPT_ECHO_OFF || style == PAM_PROMPT_ECHO_ON) {
			if (script->asked >= script->given) {
				forget(responses, count);
				return PAM_CONV_ERR;
			}
			responses[i].resp = strdup(script->answers[script->asked++]);
		} else {
			snprintf(script->shown, max_text, "%s", messages[i]->msg);
			for (char *at = script->shown; *at != '\0'; at++)
				if (*at == '\n' || *at == '\t')
					*at = ' ';
		}
	}
	*out = responses;
	return PAM_SUCCESS;
}

static long long now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (getline(&line, &size, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		char *rest = line;
		char *service = strsep(&rest, "\t"), *user = strsep(&rest, "\t"), *count = strsep(&rest, "\t");
		if (count == NULL)
			return 2;
		struct script script = {.given = 0};
		while (rest != NULL && script.given < max_answers)
			script.answers[script.given++] = strsep(&rest, "\t");
		struct pam_conv conversation = {converse, &script};
		for (int left = atoi(count); left > 0; left--) {
			script.asked = 0;
			script.shown[0] = '\0';
			pam_handle_t *pamh = NULL;
			long long started = now_ns();
			int result = pam_start(service, user, &conversation, &pamh);
			if (result == PAM_SUCCESS)
				result = pam_authenticate(pamh, 0);
			pam_end(pamh, result);
			printf("%d %lld\n", result, now_ns() - started);
		}
		printf("done\t%s\n", script.shown);
	}
	free(line);
	return 0;
}
