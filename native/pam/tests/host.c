/*
 * A PAM host for tests: the module's own sources, the real libpam, and between the module and the C library a layer
 * (-Wl,--wrap) that counts calls, makes a chosen one fail, records the log and looks for secrets left behind.
 * One run is one process: tests give arguments and read lines `key value...` from standard output, texts in hex.
 */
#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <security/pam_appl.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "../src/frames.h"
#include "../src/socket.h"

#define LIST_MAX 80

struct list {
  const char *items[LIST_MAX];
  int length;
};

static struct {
  const char *fail_call; /* the call to make fail, */
  int fail_at;           /* its n-th use (0: every use) */
  int fail_errno;
  bool dribble;      /* send and recv move one byte at a time */
  bool interrupted;  /* of each interruptible call, every other ends with EINTR */
  bool no_wipe;      /* explicit_bzero does nothing: proves that the search for secrets finds some */
  bool crowded_name_service; /* getpwnam_r wants ever larger buffers */
  const char *alias; /* what the name service calls the account */
  const char *conversation;
  struct list answers;
  int answered;
  const char *secret;
  bool inside; /* the module runs, not this host */
  bool secret_freed;
} test = {.conversation = "normal"};

/* --- the layer between the module and the C library --- */

static struct {
  const char *name;
  int count;
} calls[24];

static int count_call(const char *name) {
  size_t i = 0;
  while (calls[i].name != NULL && strcmp(calls[i].name, name) != 0) i++;
  calls[i].name = name;
  return ++calls[i].count;
}

static bool fails(const char *name) {
  if (!test.inside) return false;
  int count = count_call(name);
  if (test.fail_call == NULL || strcmp(test.fail_call, name) != 0) return false;
  if (test.fail_at != 0 && test.fail_at != count) return false;
  errno = test.fail_errno;
  return true;
}

/* Each function's every other call. */
static bool interrupts(int *turn) {
  if (!test.inside || !test.interrupted || ++*turn % 2 == 0) return false;
  errno = EINTR;
  return true;
}

#define REAL(type, name, ...) type __real_##name(__VA_ARGS__); type __wrap_##name(__VA_ARGS__)

REAL(int, socket, int, int, int);
int __wrap_socket(int a, int b, int c) { return fails("socket") ? -1 : __real_socket(a, b, c); }
REAL(int, connect, int, const struct sockaddr *, socklen_t);
int __wrap_connect(int fd, const struct sockaddr *a, socklen_t l) {
  static int turn;
  return fails("connect") || interrupts(&turn) ? -1 : __real_connect(fd, a, l);
}
REAL(int, setsockopt, int, int, int, const void *, socklen_t);
int __wrap_setsockopt(int fd, int l, int n, const void *v, socklen_t s) {
  return fails("setsockopt") ? -1 : __real_setsockopt(fd, l, n, v, s);
}
REAL(int, getsockopt, int, int, int, void *, socklen_t *);
int __wrap_getsockopt(int fd, int l, int n, void *v, socklen_t *s) {
  if (fails("getsockopt")) return -1;
  int status = __real_getsockopt(fd, l, n, v, s);
  if (test.inside && fails("short-getsockopt")) *s = 4;
  return status;
}
REAL(int, fcntl, int, int, ...);
int __wrap_fcntl(int fd, int command, ...) {
  va_list rest;
  va_start(rest, command);
  long argument = va_arg(rest, long);
  va_end(rest);
  return fails("fcntl") ? -1 : __real_fcntl(fd, command, argument);
}
REAL(ssize_t, send, int, const void *, size_t, int);
ssize_t __wrap_send(int fd, const void *b, size_t n, int f) {
  if (test.inside && (f & MSG_NOSIGNAL) == 0) abort(); /* it would raise SIGPIPE in the host */
  static int turn;
  if (fails("send") || interrupts(&turn)) return -1;
  return __real_send(fd, b, test.dribble && n > 1 ? 1 : n, f);
}
REAL(ssize_t, recv, int, void *, size_t, int);
ssize_t __wrap_recv(int fd, void *b, size_t n, int f) {
  static int turn;
  if (fails("recv") || interrupts(&turn)) return -1;
  return __real_recv(fd, b, test.dribble && n > 1 ? 1 : n, f);
}
REAL(int, poll, struct pollfd *, nfds_t, int);
int __wrap_poll(struct pollfd *p, nfds_t n, int t) {
  if (test.inside && t < 0) abort(); /* a wait without limit */
  static int turn;
  return fails("poll") || interrupts(&turn) ? -1 : __real_poll(p, n, t);
}
REAL(int, clock_gettime, clockid_t, struct timespec *);
int __wrap_clock_gettime(clockid_t c, struct timespec *t) {
  return fails("clock_gettime") ? -1 : __real_clock_gettime(c, t);
}
REAL(void *, malloc, size_t);
void *__wrap_malloc(size_t n) { return fails("malloc") ? NULL : __real_malloc(n); }
REAL(void, explicit_bzero, void *, size_t);
void __wrap_explicit_bzero(void *p, size_t n) {
  if (!test.no_wipe) __real_explicit_bzero(p, n);
}
REAL(void, __explicit_bzero_chk, void *, size_t, size_t);
void __wrap___explicit_bzero_chk(void *p, size_t n, size_t size) {
  if (!test.no_wipe) __real___explicit_bzero_chk(p, n, size);
}
REAL(int, getpwnam_r, const char *, struct passwd *, char *, size_t, struct passwd **);
int __wrap_getpwnam_r(const char *name, struct passwd *p, char *b, size_t n, struct passwd **found) {
  *found = NULL;
  if (fails("getpwnam_r")) return test.fail_errno;
  if (test.crowded_name_service && n < 256 * 1024) return ERANGE;
  int error = __real_getpwnam_r(name, p, b, n, found);
  if (*found != NULL && test.alias != NULL) p->pw_name = (char *)test.alias;
  if (*found != NULL && fails("uid")) p->pw_uid = (uid_t)-1;
  return error;
}
REAL(uid_t, geteuid, void);
uid_t __wrap_geteuid(void) { return fails("geteuid") ? (uid_t)test.fail_errno : __real_geteuid(); }
REAL(int, pam_get_item, const pam_handle_t *, int, const void **);
int __wrap_pam_get_item(const pam_handle_t *h, int type, const void **v) {
  return fails("pam_get_item") ? PAM_SYSTEM_ERR : __real_pam_get_item(h, type, v);
}
REAL(int, pam_get_user, pam_handle_t *, const char **, const char *);
int __wrap_pam_get_user(pam_handle_t *h, const char **user, const char *prompt) {
  return fails("pam_get_user") ? test.fail_errno : __real_pam_get_user(h, user, prompt);
}

static bool contains(const volatile char *memory, size_t length, const char *text);

REAL(void, free, void *);
void __wrap_free(void *p) {
  if (p != NULL && test.inside && test.secret != NULL && contains(p, malloc_usable_size(p), test.secret)) {
    test.secret_freed = true;
  }
  __real_free(p);
}

static void put_hex(const char *key, const char *text) {
  printf("%s ", key);
  for (; *text != '\0'; text++) printf("%02x", (unsigned char)*text);
  printf("\n");
}

void __wrap_pam_syslog(const pam_handle_t *pamh, int priority, const char *format, ...);
void __wrap_pam_syslog(const pam_handle_t *pamh, int priority, const char *format, ...) {
  char line[2048], key[24];
  va_list rest;
  (void)pamh;
  va_start(rest, format);
  vsnprintf(line, sizeof line, format, rest);
  va_end(rest);
  snprintf(key, sizeof key, "log %d", priority);
  put_hex(key, line);
}

/* --- the host --- */

/* By hand: the compiler must not keep a copy, nor ASan watch a walk over a dead stack. */
__attribute__((noinline, no_sanitize_address)) static bool contains(const volatile char *memory, size_t length,
                                                                    const char *text) {
  size_t wanted = strlen(text);
  for (size_t i = 0; wanted > 0 && i + wanted <= length; i++) {
    size_t same = 0;
    while (same < wanted && memory[i + same] == text[same]) same++;
    if (same == wanted) return true;
  }
  return false;
}

/* What the module's calls left on the stack below this frame. */
__attribute__((noinline, no_sanitize_address)) static bool secret_on_stack(void) {
  const uintptr_t depth = 96 * 1024;
  return contains((const volatile char *)((uintptr_t)__builtin_frame_address(0) - depth), depth, test.secret);
}

static int talk(int count, const struct pam_message **messages, struct pam_response **responses, void *data) {
  bool was_inside = test.inside;
  (void)data;
  test.inside = false;
  int status = PAM_SUCCESS;
  const struct pam_message *message = messages[0];
  *responses = calloc((size_t)count, sizeof **responses);
  switch (message->msg_style) {
    case PAM_TEXT_INFO: put_hex("info", message->msg); break;
    case PAM_ERROR_MSG: put_hex("error", message->msg); break;
    default: {
      put_hex(message->msg_style == PAM_PROMPT_ECHO_ON ? "prompt-on" : "prompt-off", message->msg);
      const char *answer = test.answered < test.answers.length ? test.answers.items[test.answered++] : NULL;
      if (strcmp(test.conversation, "slow") == 0) usleep(200 * 1000);
      if (strcmp(test.conversation, "failing") == 0) status = PAM_CONV_ERR;
      else if (strcmp(test.conversation, "again") == 0) status = PAM_CONV_AGAIN;
      else if (strcmp(test.conversation, "aborting") == 0) status = PAM_ABORT;
      else if (strcmp(test.conversation, "failing-with-answer") == 0) status = PAM_CONV_ERR;
      if (strcmp(test.conversation, "no-array") == 0) {
        free(*responses);
        *responses = NULL;
      } else if (strcmp(test.conversation, "failing") != 0 && answer != NULL) {
        (*responses)[0].resp = strdup(answer);
      }
    }
  }
  fflush(stdout);
  if (status != PAM_SUCCESS && strcmp(test.conversation, "failing-with-answer") != 0) {
    if (*responses != NULL) free((*responses)[0].resp);
    free(*responses);
    *responses = NULL;
  }
  test.inside = was_inside;
  return status;
}

static int open_descriptors(void) {
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  if (folder == NULL) return -1;
  while (readdir(folder) != NULL) count++;
  closedir(folder);
  return count;
}

/* Line by line: a frame in hex, answered by what the module makes of it. */
static int decode_frames(void) {
  static char line[2 * sizeof(((struct holdfast_frame *)NULL)->bytes) + 64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    struct holdfast_frame *frame = malloc(sizeof *frame);
    struct holdfast_agent_message message;
    size_t length = strspn(line, "0123456789abcdef") / 2;
    if (length > sizeof frame->bytes - 1) return 2;
    for (size_t i = 0; i < length; i++) {
      unsigned byte;
      if (sscanf(line + 2 * i, "%2x", &byte) != 1) return 2;
      frame->bytes[i] = (uint8_t)byte;
    }
    frame->length = length;
    if (!holdfast_decode_agent_frame(frame, &message)) {
      printf("refused\n");
    } else {
      printf("%02x %d %d ", (unsigned)message.type, message.echo, (int)message.code);
      put_hex("text", message.text);
    }
    free(frame);
  }
  return 0;
}

static int put_frame(bool encoded, const struct holdfast_frame *frame) {
  if (!encoded) return printf("refused\n"), 0;
  for (size_t i = 0; i < frame->length; i++) printf("%02x", frame->bytes[i]);
  printf("\n");
  return 0;
}

/* host encode cancel | answer TEXT | begin ACTION USER SERVICE RHOST TTY RUSER UID PROMPTING, `-` for absent */
static int encode_frame(int argc, char **argv) {
  static struct holdfast_frame frame;
  const char *given[8] = {NULL};
  for (int i = 0; i < 8 && i + 3 < argc; i++) given[i] = strcmp(argv[i + 3], "-") == 0 ? NULL : argv[i + 3];
  if (argc > 2 && strcmp(argv[2], "cancel") == 0) return holdfast_encode_cancel(&frame), put_frame(true, &frame);
  if (argc > 3 && strcmp(argv[2], "answer") == 0) return put_frame(holdfast_encode_answer(&frame, argv[3]), &frame);
  struct holdfast_begin begin = {given[0], given[1], given[2], given[3], given[4], given[5], given[6], given[7]};
  return put_frame(holdfast_encode_begin(&frame, &begin), &frame);
}

static int sign_in(int argc, char **argv) {
  const char *action = "authenticate", *user = NULL, *confdir = NULL;
  const char *rhost = NULL, *tty = NULL, *ruser = NULL, *service = "holdfast-test";
  struct list module_arguments = {.length = 0};
  int flags = 0, as_uid = 0;
  bool close_stdin = false;

  for (int i = 2; i + 1 < argc; i += 2) {
    const char *key = argv[i], *value = argv[i + 1];
    if (strcmp(key, "action") == 0) action = value;
    else if (strcmp(key, "user") == 0) user = value;
    else if (strcmp(key, "service") == 0) service = value;
    else if (strcmp(key, "confdir") == 0) confdir = value;
    else if (strcmp(key, "rhost") == 0) rhost = value;
    else if (strcmp(key, "tty") == 0) tty = value;
    else if (strcmp(key, "ruser") == 0) ruser = value;
    else if (strcmp(key, "flags") == 0) flags = atoi(value);
    else if (strcmp(key, "as-uid") == 0) as_uid = atoi(value);
    else if (strcmp(key, "answer") == 0) test.answers.items[test.answers.length++] = value;
    else if (strcmp(key, "argument") == 0) module_arguments.items[module_arguments.length++] = value;
    else if (strcmp(key, "conversation") == 0) test.conversation = value;
    else if (strcmp(key, "fail") == 0) test.fail_call = value;
    else if (strcmp(key, "fail-at") == 0) test.fail_at = atoi(value);
    else if (strcmp(key, "fail-errno") == 0) test.fail_errno = atoi(value);
    else if (strcmp(key, "secret") == 0) test.secret = value;
    else if (strcmp(key, "alias") == 0) test.alias = value;
    else if (strcmp(key, "with") == 0 && strcmp(value, "dribble") == 0) test.dribble = true;
    else if (strcmp(key, "with") == 0 && strcmp(value, "interruptions") == 0) test.interrupted = true;
    else if (strcmp(key, "with") == 0 && strcmp(value, "crowded-name-service") == 0) test.crowded_name_service = true;
    else if (strcmp(key, "with") == 0 && strcmp(value, "closed-stdin") == 0) close_stdin = true;
    else if (strcmp(key, "with") == 0 && strcmp(value, "no-wipe") == 0) test.no_wipe = true;
    else return fprintf(stderr, "not understood: %s %s\n", key, value), 2;
  }

  pam_handle_t *pamh = NULL;
  struct pam_conv conversation = {strcmp(test.conversation, "missing") == 0 ? NULL : talk, NULL};
  if (pam_start_confdir(service, user, &conversation, confdir, &pamh) != PAM_SUCCESS) return 2;
  if (rhost != NULL) pam_set_item(pamh, PAM_RHOST, rhost);
  if (tty != NULL) pam_set_item(pamh, PAM_TTY, tty);
  if (ruser != NULL) pam_set_item(pamh, PAM_RUSER, ruser);
  if (as_uid != 0 && setresuid((uid_t)as_uid, (uid_t)as_uid, (uid_t)as_uid) != 0) return 2;

  struct sigaction before, after;
  memset(&before, 0, sizeof before);
  memset(&after, 0, sizeof after);
  sigaction(SIGPIPE, NULL, &before);
  if (close_stdin) close(STDIN_FILENO);
  int descriptors = open_descriptors();

  test.inside = true;
  int status;
  if (strcmp(action, "account") == 0) {
    status = pam_sm_acct_mgmt(pamh, flags, module_arguments.length, module_arguments.items);
  } else if (strcmp(action, "setcred") == 0) {
    status = pam_sm_setcred(pamh, flags, module_arguments.length, module_arguments.items);
  } else {
    status = pam_sm_authenticate(pamh, flags, module_arguments.length, module_arguments.items);
  }
  test.inside = false;

  bool on_stack = test.secret != NULL && secret_on_stack();
  sigaction(SIGPIPE, NULL, &after);
  printf("status %d\n", status);
  printf("leaked-descriptors %d\n", open_descriptors() - descriptors);
  printf("signals-changed %d\n", before.sa_handler != after.sa_handler);
  printf("secret-left %d %d\n", test.secret_freed, on_stack);
  for (size_t i = 0; calls[i].name != NULL; i++) printf("calls %s %d\n", calls[i].name, calls[i].count);
  pam_end(pamh, status);
  return 0;
}

/* host listen PATH UID: serves PATH as another user, who says "success" to whoever connects, until input ends. */
static int listen_as(const char *path, int uid) {
  const uint8_t success[] = {HOLDFAST_RESULT, 0, 0, 0, 1, HOLDFAST_RESULT_SUCCESS};
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) return 2;
  if (chmod(path, 0777) != 0 || setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid) != 0 || listen(fd, 8) != 0) return 2;
  printf("listening\n");
  fflush(stdout);
  for (;;) {
    struct pollfd both[] = {{.fd = fd, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    if (poll(both, 2, -1) < 0) return 2;
    if (both[1].revents != 0) return 0;
    int client = accept(fd, NULL, NULL);
    if (client < 0 || write(client, success, sizeof success) != sizeof success) return 2;
    char byte;
    while (read(client, &byte, 1) > 0) continue;
    close(client);
  }
}

/* host crowd PATH: a listener that accepts nobody and whose queue is full, until input ends. */
static int crowd(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 2) != 0) return 2;
  for (;;) {
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (connect(client, (const struct sockaddr *)&address, sizeof address) != 0) break;
  }
  printf("%s\n", errno == EAGAIN ? "crowded" : "failed");
  fflush(stdout);
  return getchar() == EOF ? 0 : 2;
}

int main(int argc, char **argv) {
  if (argc > 2 && strcmp(argv[1], "crowd") == 0) return crowd(argv[2]);
  if (argc > 3 && strcmp(argv[1], "listen") == 0) return listen_as(argv[2], atoi(argv[3]));
  if (argc > 1 && strcmp(argv[1], "decode") == 0) return decode_frames();
  if (argc > 2 && strcmp(argv[1], "encode") == 0) return encode_frame(argc, argv);
  if (argc > 1 && strcmp(argv[1], "limits") == 0) {
    return printf("%d %d %d\n", HOLDFAST_CONNECT_TIMEOUT_MS, HOLDFAST_REPLY_TIMEOUT_MS,
                  HOLDFAST_CONVERSATION_TIMEOUT_MS), 0;
  }
  if (argc > 1 && strcmp(argv[1], "sign-in") == 0) return sign_in(argc, argv);
  return 2;
}
