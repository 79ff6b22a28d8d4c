/*
 * The PAM module: relays one conversation between its host (sshd, login, su, ...) and holdfast-agent, and decides
 * nothing but this: without the agent's word "success" there is no success. docs/reference/pam-module.md.
 *
 * It lives in somebody else's process. So it keeps no global state, touches no signal handler, never exits, waits for
 * the agent only within limits, and wipes what a person typed.
 */
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "account.h"
#include "frames.h"
#include "socket.h"

#define EXPORTED __attribute__((visibility("default")))
#define DEFAULT_SOCKET_PATH "/run/holdfast/pam.sock"
#define UNAVAILABLE_TEXT                                        \
  "Sign-in service on this machine is not available. Tell your " \
  "administrator: holdfast-agent is not answering."

struct options {
  const char *socket_path;
  const char *prompting;
  bool always_show;
  bool debug;
};

struct conversation {
  pam_handle_t *pamh;
  struct holdfast_channel channel;
  struct holdfast_frame frame;
  bool silent;        /* PAM_SILENT: the host wants no messages, and no messages=always; prompts are no messages */
  bool may_prompt;    /* only authentication asks; hosts cannot answer within account management */
  bool debug;
};

/* How a conversation ended: by the agent's RESULT, or without one. */
struct ending {
  enum { BY_RESULT, BY_FAULT, BY_HOST } how;
  enum holdfast_result_code code;              /* BY_RESULT */
  char reason[HOLDFAST_REASON_MAX_BYTES + 1];  /* BY_RESULT */
  enum holdfast_fault fault;                   /* BY_FAULT */
  int status;                                  /* BY_HOST: what this module returns */
};

static int relay(pam_handle_t *pamh, int flags, int argc, const char **argv, const char *action);

EXPORTED int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv) {
  /*
   * PAM_DISALLOW_NULL_AUTHTOK needs nothing here: to the agent an empty answer is always a wrong one, and refusing
   * it before the agent saw it would only skip the count of failures.
   */
  return relay(pamh, flags, argc, argv, "authenticate");
}

EXPORTED int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv) {
  return relay(pamh, flags, argc, argv, "account");
}

/*
 * There are no credentials to set, but PAM_IGNORE would be wrong: libpam walks the stack for pam_setcred by what
 * pam_authenticate returned, or, where the host never called that (sshd with a public key, cron), by what this returns.
 * With PAM_SUCCESS both walks take the jump of the packaged stack; PAM_IGNORE would hit its `default=die`.
 */
EXPORTED int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv) {
  (void)pamh, (void)flags, (void)argc, (void)argv;
  return PAM_SUCCESS;
}

/* A mistake in the PAM configuration makes the service unavailable; guessing on could loosen what was meant. */
static bool read_options(pam_handle_t *pamh, int argc, const char **argv, struct options *options) {
  *options = (struct options){.socket_path = DEFAULT_SOCKET_PATH, .prompting = "separate"};
  for (int i = 0; i < argc; i++) {
    if (strncmp(argv[i], "socket=", 7) == 0 && holdfast_path_fits(argv[i] + 7)) {
      options->socket_path = argv[i] + 7;
    } else if (strcmp(argv[i], "prompting=separate") == 0 || strcmp(argv[i], "prompting=one-line") == 0) {
      options->prompting = argv[i] + strlen("prompting=");
    } else if (strcmp(argv[i], "messages=always") == 0) {
      options->always_show = true;
    } else if (strcmp(argv[i], "debug") == 0) {
      options->debug = true;
    } else {
      pam_syslog(pamh, LOG_ERR, "option not understood: %s", argv[i]);
      return false;
    }
  }
  return true;
}

static void show(struct conversation *talk, int style, const char *text) {
  if (!talk->silent) pam_prompt(talk->pamh, style, NULL, "%s", text);
}

/* Asks the person and passes the answer on. `ending` is set where the host could not get one. */
static enum holdfast_fault ask(struct conversation *talk, bool echo, const char *text, struct ending *ending) {
  char *answer = NULL;
  int status = pam_prompt(talk->pamh, echo ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF, &answer, "%s", text);
  bool answered = status == PAM_SUCCESS && answer != NULL;
  bool fits = answered && holdfast_encode_answer(&talk->frame, answer);
  if (answer != NULL) explicit_bzero(answer, strlen(answer));
  free(answer);
  if (!fits) {
    ending->how = BY_HOST;
    ending->status = answered ? PAM_AUTH_ERR : PAM_CONV_ERR;
    holdfast_encode_cancel(&talk->frame);
  }
  enum holdfast_fault fault = holdfast_send(&talk->channel, &talk->frame);
  explicit_bzero(&talk->frame, sizeof talk->frame);
  return fault;
}

static enum holdfast_fault next_message(struct conversation *talk, struct holdfast_agent_message *message) {
  enum holdfast_fault fault = holdfast_receive(&talk->channel, &talk->frame);
  if (fault != HOLDFAST_OK) return fault;
  if (!holdfast_decode_agent_frame(&talk->frame, message)) return HOLDFAST_MALFORMED;
  if (message->type == HOLDFAST_PROMPT && !talk->may_prompt) return HOLDFAST_MALFORMED;
  if (talk->debug) pam_syslog(talk->pamh, LOG_DEBUG, "frame 0x%02x from the agent", (unsigned)message->type);
  return HOLDFAST_OK;
}

/*
 * BEGIN is in talk->frame. Where the agent hung up before it read what was sent, it may have said why first (the person
 * took too long, the agent is busy): such a refusal is the truth and counts, a success or a question no longer does.
 */
static void converse(struct conversation *talk, struct ending *ending) {
  struct holdfast_agent_message message;
  enum holdfast_fault fault = holdfast_send(&talk->channel, &talk->frame);
  bool hung_up = false;

  *ending = (struct ending){.how = BY_FAULT};
  for (;;) {
    if (fault == HOLDFAST_CLOSED && !hung_up) hung_up = true, fault = HOLDFAST_OK;
    if (fault == HOLDFAST_OK) fault = next_message(talk, &message);
    if (fault != HOLDFAST_OK) break;
    switch (message.type) {
      case HOLDFAST_INFO: show(talk, PAM_TEXT_INFO, message.text); break;
      case HOLDFAST_ERROR: show(talk, PAM_ERROR_MSG, message.text); break;
      case HOLDFAST_PROMPT:
        fault = hung_up ? HOLDFAST_CLOSED : ask(talk, message.echo, message.text, ending);
        if (ending->how == BY_HOST) return;
        break;
      case HOLDFAST_RESULT:
        if (hung_up && message.code == HOLDFAST_RESULT_SUCCESS) {
          fault = HOLDFAST_CLOSED;
          break;
        }
        ending->how = BY_RESULT;
        ending->code = message.code;
        memcpy(ending->reason, message.text, strlen(message.text) + 1);
        return;
      default: break; /* WAIT */
    }
  }
  ending->fault = fault;
}

static int status_of(enum holdfast_result_code code) {
  switch (code) {
    case HOLDFAST_RESULT_SUCCESS: return PAM_SUCCESS;
    case HOLDFAST_RESULT_AUTH_ERROR: return PAM_AUTH_ERR;
    case HOLDFAST_RESULT_USER_UNKNOWN: return PAM_USER_UNKNOWN;
    case HOLDFAST_RESULT_UNAVAILABLE: return PAM_AUTHINFO_UNAVAIL;
    case HOLDFAST_RESULT_ACCOUNT_EXPIRED: return PAM_ACCT_EXPIRED;
    case HOLDFAST_RESULT_PERMISSION_DENIED: return PAM_PERM_DENIED;
    case HOLDFAST_RESULT_MAX_TRIES: return PAM_MAXTRIES;
    case HOLDFAST_RESULT_IGNORE: return PAM_IGNORE;
  }
  return PAM_AUTHINFO_UNAVAIL;
}

/* One log line and this module's return value. `name` is NULL for a name that is no account: it may be a password. */
static int conclude(struct conversation *talk, const struct ending *ending, const char *action, const char *name) {
  const char *user = name != NULL ? name : "(no such account)";
  if (ending->how == BY_HOST) {
    pam_syslog(talk->pamh, LOG_NOTICE, "%s user=%s: %s", action, user,
               ending->status == PAM_AUTH_ERR ? "answer too long" : "conversation failed or aborted");
    return ending->status;
  }
  if (ending->how == BY_FAULT) {
    pam_syslog(talk->pamh, LOG_ERR, "%s user=%s: holdfast-agent is not answering: %s", action, user,
               holdfast_fault_text(ending->fault));
    show(talk, PAM_ERROR_MSG, UNAVAILABLE_TEXT);
    return PAM_AUTHINFO_UNAVAIL;
  }
  int status = status_of(ending->code);
  /* The agent was asked all the same, so that prompts and timing don't tell which names are accounts. */
  if (name == NULL && status != PAM_AUTHINFO_UNAVAIL) status = PAM_USER_UNKNOWN;
  pam_syslog(talk->pamh, status == PAM_SUCCESS ? LOG_INFO : LOG_NOTICE, "%s user=%s: %s reason=%s", action, user,
             pam_strerror(talk->pamh, status), ending->reason[0] != '\0' ? ending->reason : "none");
  return status;
}

/*
 * A PAM item in printable ASCII, cut to `size`; NULL where the host set none. A remote host's name may come from a
 * stranger's DNS: it must neither drive a terminal nor, by being unfit, pass for a local sign-in.
 */
static const char *item(pam_handle_t *pamh, int type, char *copy, size_t size) {
  const void *value = NULL;
  if (pam_get_item(pamh, type, &value) != PAM_SUCCESS) return "?";
  if (value == NULL) return NULL;
  const char *from = value;
  size_t length = 0;
  for (; from[length] != '\0' && length < size - 1; length++) {
    copy[length] = from[length] >= 0x20 && from[length] <= 0x7e ? from[length] : '?';
  }
  copy[length] = '\0';
  return length > 0 ? copy : NULL;
}

static int relay(pam_handle_t *pamh, int flags, int argc, const char **argv, const char *action) {
  struct options options;
  struct holdfast_account account;
  char service[HOLDFAST_SERVICE_MAX_BYTES + 1], rhost[HOLDFAST_RHOST_MAX_BYTES + 1];
  char tty[HOLDFAST_TTY_MAX_BYTES + 1], ruser[HOLDFAST_RUSER_MAX_BYTES + 1];
  const char *typed = NULL;

  if (!read_options(pamh, argc, argv, &options)) return PAM_AUTHINFO_UNAVAIL;
  int status = pam_get_user(pamh, &typed, NULL);
  if (status == PAM_CONV_AGAIN) return PAM_INCOMPLETE; /* nothing was done yet: the host may call again */
  if (status != PAM_SUCCESS || typed == NULL) return PAM_CONV_ERR;
  enum holdfast_lookup found = holdfast_find_account(typed, &account);
  if (found == HOLDFAST_ACCOUNT_FAILED) {
    pam_syslog(pamh, LOG_ERR, "%s: the account could not be looked up", action);
    return PAM_AUTHINFO_UNAVAIL;
  }

  bool exists = found == HOLDFAST_ACCOUNT_FOUND;
  struct holdfast_begin begin = {
      .action = action,
      .user = exists ? account.name : typed,
      .service = item(pamh, PAM_SERVICE, service, sizeof service),
      .rhost = item(pamh, PAM_RHOST, rhost, sizeof rhost),
      .tty = item(pamh, PAM_TTY, tty, sizeof tty),
      .ruser = item(pamh, PAM_RUSER, ruser, sizeof ruser),
      .uid = exists ? account.uid : NULL,
      .prompting = options.prompting,
  };
  struct conversation talk = {
      .pamh = pamh,
      .channel = {.fd = -1},
      .silent = (flags & PAM_SILENT) != 0 && !options.always_show,
      .may_prompt = strcmp(action, "authenticate") == 0,
      .debug = options.debug,
  };
  if (!holdfast_encode_begin(&talk.frame, &begin)) {
    /* Too long, or no clean text: no account has such a name, and the agent cannot be asked about it. */
    pam_syslog(pamh, LOG_NOTICE, "%s: the name typed cannot be a user's", action);
    return PAM_USER_UNKNOWN;
  }

  struct ending ending = {.how = BY_FAULT};
  ending.fault = holdfast_open(&talk.channel, options.socket_path);
  if (ending.fault == HOLDFAST_OK) converse(&talk, &ending);
  holdfast_close(&talk.channel);
  explicit_bzero(&talk.frame, sizeof talk.frame);
  return conclude(&talk, &ending, action, exists ? account.name : NULL);
}
