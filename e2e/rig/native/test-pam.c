/*
 * A PAM module for the rig's own tests: one information line, a hidden "Password: ", a shown
 * "One-time code: ". Arguments: password=TEXT code=TEXT.
 */
#define _GNU_SOURCE
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdlib.h>
#include <string.h>

static int ask(pam_handle_t *pamh, int style, const char *prompt, const char *expected)
{
	char *given = NULL;
	int status = pam_prompt(pamh, style, &given, "%s", prompt);
	if (status == PAM_SUCCESS && (given == NULL || strcmp(given, expected) != 0))
		status = PAM_AUTH_ERR;
	free(given);
	return status;
}

int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	const char *password = "", *code = "";
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "password=", 9) == 0)
			password = argv[i] + 9;
		if (strncmp(argv[i], "code=", 5) == 0)
			code = argv[i] + 5;
	}
	pam_info(pamh, "3 sign-ins left");
	int first = ask(pamh, PAM_PROMPT_ECHO_OFF, "Password: ", password);
	int second = ask(pamh, PAM_PROMPT_ECHO_ON, "One-time code: ", code);
	return first != PAM_SUCCESS ? first : second;
}

int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh, (void)flags, (void)argc, (void)argv;
	return PAM_SUCCESS;
}

int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh, (void)flags, (void)argc, (void)argv;
	return PAM_SUCCESS;
}
