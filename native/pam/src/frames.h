/*
 * Frames between this module and holdfast-agent: u8 type, u32 big-endian payload length, payload.
 * packages/protocol/src/pam-frames.ts is the other implementation; packages/protocol/vectors/pam-frames.json binds
 * both. docs/reference/pam-module.md describes the protocol.
 */
#ifndef HOLDFAST_FRAMES_H
#define HOLDFAST_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOLDFAST_HEADER_BYTES 5
#define HOLDFAST_PAYLOAD_MAX_BYTES 4096
#define HOLDFAST_TEXT_MAX_BYTES 1024
#define HOLDFAST_ANSWER_MAX_BYTES 1024
#define HOLDFAST_REASON_MAX_BYTES 64
#define HOLDFAST_USER_MAX_BYTES 256
#define HOLDFAST_SERVICE_MAX_BYTES 64
#define HOLDFAST_RHOST_MAX_BYTES 256
#define HOLDFAST_TTY_MAX_BYTES 64
#define HOLDFAST_RUSER_MAX_BYTES 256
/* Both directions together. */
#define HOLDFAST_CONVERSATION_MAX_FRAMES 64

enum holdfast_frame_type {
  HOLDFAST_BEGIN = 0x01,
  HOLDFAST_ANSWER = 0x02,
  HOLDFAST_CANCEL = 0x03,
  HOLDFAST_PROMPT = 0x81,
  HOLDFAST_INFO = 0x82,
  HOLDFAST_ERROR = 0x83,
  HOLDFAST_RESULT = 0x84,
  HOLDFAST_WAIT = 0x85,
};

enum holdfast_result_code {
  HOLDFAST_RESULT_SUCCESS = 0,
  HOLDFAST_RESULT_AUTH_ERROR = 1,
  HOLDFAST_RESULT_USER_UNKNOWN = 2,
  HOLDFAST_RESULT_UNAVAILABLE = 3,
  HOLDFAST_RESULT_ACCOUNT_EXPIRED = 4,
  HOLDFAST_RESULT_PERMISSION_DENIED = 5,
  HOLDFAST_RESULT_MAX_TRIES = 6,
  HOLDFAST_RESULT_IGNORE = 7,
};

/* One frame as it lies on the wire. One byte more than the largest, so that a text can be ended with a NUL. */
struct holdfast_frame {
  size_t length;
  uint8_t bytes[HOLDFAST_HEADER_BYTES + HOLDFAST_PAYLOAD_MAX_BYTES + 1];
};

/* What BEGIN says. NULL: the field is absent. */
struct holdfast_begin {
  const char *action;
  const char *user;
  const char *service;
  const char *rhost;
  const char *tty;
  const char *ruser;
  const char *uid;
  const char *prompting;
};

/* A frame of the agent, decoded in place: `text` points into the frame it came from. */
struct holdfast_agent_message {
  enum holdfast_frame_type type;
  bool echo;                      /* PROMPT */
  enum holdfast_result_code code; /* RESULT */
  const char *text;               /* PROMPT, INFO, ERROR; the reason of a RESULT */
};

/* Each returns false, leaving nothing usable in `frame`, where a field is missing, too long or not clean text. */
bool holdfast_encode_begin(struct holdfast_frame *frame, const struct holdfast_begin *begin);
bool holdfast_encode_answer(struct holdfast_frame *frame, const char *answer);
void holdfast_encode_cancel(struct holdfast_frame *frame);

/* The payload length that a header announces; false where it is over the limit. */
bool holdfast_decode_header(const uint8_t header[HOLDFAST_HEADER_BYTES], size_t *payload_length);

/* Strict: false on an unknown type, a wrong length, an unknown code, text that is not clean, or leftovers. */
bool holdfast_decode_agent_frame(struct holdfast_frame *frame, struct holdfast_agent_message *message);

/*
 * UTF-8 (RFC 3629) without control characters, which would let a name or a message drive a terminal or forge a log
 * line; `line_breaks` admits line feed and tab.
 */
bool holdfast_is_clean_text(const uint8_t *bytes, size_t length, bool line_breaks);

#endif
