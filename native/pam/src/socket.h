/* The way to holdfast-agent: one Unix stream connection per conversation, every wait bounded. */
#ifndef HOLDFAST_SOCKET_H
#define HOLDFAST_SOCKET_H

#include <stdint.h>

#include "frames.h"

/* Tests shorten these; the built module has these values. */
#ifndef HOLDFAST_CONNECT_TIMEOUT_MS
#define HOLDFAST_CONNECT_TIMEOUT_MS 1000
#endif
#ifndef HOLDFAST_REPLY_TIMEOUT_MS
#define HOLDFAST_REPLY_TIMEOUT_MS 20000
#endif
/* Time spent on the agent in one conversation; what a person takes to answer does not count. */
#ifndef HOLDFAST_CONVERSATION_TIMEOUT_MS
#define HOLDFAST_CONVERSATION_TIMEOUT_MS 90000
#endif

enum holdfast_fault {
  HOLDFAST_OK = 0,
  HOLDFAST_NO_AGENT,        /* nobody listens at the socket */
  HOLDFAST_NOT_TRUSTED,     /* whoever listens there is not root */
  HOLDFAST_TIMED_OUT,
  HOLDFAST_CLOSED,          /* the agent hung up within the conversation */
  HOLDFAST_MALFORMED,
  HOLDFAST_TOO_MANY_FRAMES,
  HOLDFAST_SYSTEM,          /* a system call failed */
};

struct holdfast_channel {
  int fd;
  int64_t left_ms; /* of HOLDFAST_CONVERSATION_TIMEOUT_MS */
  unsigned frames;
};

/* Why a conversation broke, for the log. */
const char *holdfast_fault_text(enum holdfast_fault fault);

/* `path` fits a sockaddr_un (see holdfast_path_fits). To be closed whatever the outcome. */
enum holdfast_fault holdfast_open(struct holdfast_channel *channel, const char *path);
bool holdfast_path_fits(const char *path);
void holdfast_close(struct holdfast_channel *channel);

enum holdfast_fault holdfast_send(struct holdfast_channel *channel, const struct holdfast_frame *frame);

/* Reads one whole frame and not a byte more. */
enum holdfast_fault holdfast_receive(struct holdfast_channel *channel, struct holdfast_frame *frame);

#endif
