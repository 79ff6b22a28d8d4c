#include "frames.h"

#include <string.h>

enum field_tag {
  TAG_VERSION = 1,
  TAG_ACTION = 2,
  TAG_USER = 3,
  TAG_SERVICE = 4,
  TAG_RHOST = 5,
  TAG_TTY = 6,
  TAG_RUSER = 7,
  TAG_UID = 8,
  TAG_PROMPTING = 9,
};

#define PROTOCOL_VERSION 1
#define FIELD_HEADER_BYTES 3

static void put_header(struct holdfast_frame *frame, enum holdfast_frame_type type) {
  size_t payload_length = frame->length - HOLDFAST_HEADER_BYTES;
  frame->bytes[0] = (uint8_t)type;
  frame->bytes[1] = (uint8_t)(payload_length >> 24);
  frame->bytes[2] = (uint8_t)(payload_length >> 16);
  frame->bytes[3] = (uint8_t)(payload_length >> 8);
  frame->bytes[4] = (uint8_t)payload_length;
}

static void put_field(struct holdfast_frame *frame, enum field_tag tag, const void *value, size_t length) {
  uint8_t *at = frame->bytes + frame->length;
  at[0] = (uint8_t)tag;
  at[1] = (uint8_t)(length >> 8);
  at[2] = (uint8_t)length;
  memcpy(at + FIELD_HEADER_BYTES, value, length);
  frame->length += FIELD_HEADER_BYTES + length;
}

#define ACTION_MAX_BYTES 16
#define UID_MAX_BYTES 10
#define PROMPTING_MAX_BYTES 16
_Static_assert(9 * FIELD_HEADER_BYTES + 1 + ACTION_MAX_BYTES + HOLDFAST_USER_MAX_BYTES + HOLDFAST_SERVICE_MAX_BYTES +
                       HOLDFAST_RHOST_MAX_BYTES + HOLDFAST_TTY_MAX_BYTES + HOLDFAST_RUSER_MAX_BYTES + UID_MAX_BYTES +
                       PROMPTING_MAX_BYTES <=
                   HOLDFAST_PAYLOAD_MAX_BYTES,
               "the longest BEGIN fits a frame");

bool holdfast_encode_begin(struct holdfast_frame *frame, const struct holdfast_begin *begin) {
  const struct {
    enum field_tag tag;
    const char *value;
    size_t max_bytes;
    bool required;
  } fields[] = {
      {TAG_ACTION, begin->action, ACTION_MAX_BYTES, true},
      {TAG_USER, begin->user, HOLDFAST_USER_MAX_BYTES, true},
      {TAG_SERVICE, begin->service, HOLDFAST_SERVICE_MAX_BYTES, true},
      {TAG_RHOST, begin->rhost, HOLDFAST_RHOST_MAX_BYTES, false},
      {TAG_TTY, begin->tty, HOLDFAST_TTY_MAX_BYTES, false},
      {TAG_RUSER, begin->ruser, HOLDFAST_RUSER_MAX_BYTES, false},
      {TAG_UID, begin->uid, UID_MAX_BYTES, false},
      {TAG_PROMPTING, begin->prompting, PROMPTING_MAX_BYTES, true},
  };
  const uint8_t version = PROTOCOL_VERSION;

  frame->length = HOLDFAST_HEADER_BYTES;
  put_field(frame, TAG_VERSION, &version, 1);
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
    if (fields[i].value == NULL) {
      if (fields[i].required) return false;
      continue;
    }
    size_t length = strnlen(fields[i].value, fields[i].max_bytes + 1);
    if (length == 0 || length > fields[i].max_bytes) return false;
    if (!holdfast_is_clean_text((const uint8_t *)fields[i].value, length, false)) return false;
    put_field(frame, fields[i].tag, fields[i].value, length);
  }
  put_header(frame, HOLDFAST_BEGIN);
  return true;
}

bool holdfast_encode_answer(struct holdfast_frame *frame, const char *answer) {
  size_t length = strnlen(answer, HOLDFAST_ANSWER_MAX_BYTES + 1);
  if (length > HOLDFAST_ANSWER_MAX_BYTES) return false;
  memcpy(frame->bytes + HOLDFAST_HEADER_BYTES, answer, length);
  frame->length = HOLDFAST_HEADER_BYTES + length;
  put_header(frame, HOLDFAST_ANSWER);
  return true;
}

void holdfast_encode_cancel(struct holdfast_frame *frame) {
  frame->length = HOLDFAST_HEADER_BYTES;
  put_header(frame, HOLDFAST_CANCEL);
}

bool holdfast_decode_header(const uint8_t header[HOLDFAST_HEADER_BYTES], size_t *payload_length) {
  uint32_t length = (uint32_t)header[1] << 24 | (uint32_t)header[2] << 16 | (uint32_t)header[3] << 8 | header[4];
  if (length > HOLDFAST_PAYLOAD_MAX_BYTES) return false;
  *payload_length = length;
  return true;
}

/* A log reason code: lower-case words joined by hyphens, so that it can stand in a log line as it is. */
static bool is_reason(const uint8_t *bytes, size_t length) {
  if (length > HOLDFAST_REASON_MAX_BYTES) return false;
  for (size_t i = 0; i < length; i++) {
    bool word = (bytes[i] >= 'a' && bytes[i] <= 'z') || (bytes[i] >= '0' && bytes[i] <= '9');
    if (!word && bytes[i] != '-') return false;
  }
  return true;
}

bool holdfast_decode_agent_frame(struct holdfast_frame *frame, struct holdfast_agent_message *message) {
  size_t length;
  if (frame->length < HOLDFAST_HEADER_BYTES) return false;
  if (!holdfast_decode_header(frame->bytes, &length)) return false;
  if (frame->length != HOLDFAST_HEADER_BYTES + length) return false;

  uint8_t *text = frame->bytes + HOLDFAST_HEADER_BYTES;
  memset(message, 0, sizeof *message);
  switch (frame->bytes[0]) {
    case HOLDFAST_PROMPT:
      if (length < 1 || text[0] > 1) return false;
      message->echo = text[0] == 1;
      text++, length--;
      if (length > HOLDFAST_TEXT_MAX_BYTES || !holdfast_is_clean_text(text, length, true)) return false;
      break;
    case HOLDFAST_INFO:
    case HOLDFAST_ERROR:
      if (length > HOLDFAST_TEXT_MAX_BYTES || !holdfast_is_clean_text(text, length, true)) return false;
      break;
    case HOLDFAST_RESULT:
      if (length < 1 || text[0] > HOLDFAST_RESULT_IGNORE) return false;
      message->code = (enum holdfast_result_code)text[0];
      text++, length--;
      if (!is_reason(text, length)) return false;
      break;
    case HOLDFAST_WAIT:
      if (length != 0) return false;
      break;
    default:
      return false;
  }
  text[length] = '\0';
  message->type = (enum holdfast_frame_type)frame->bytes[0];
  message->text = (const char *)text;
  return true;
}

bool holdfast_is_clean_text(const uint8_t *bytes, size_t length, bool line_breaks) {
  size_t i = 0;
  while (i < length) {
    uint8_t lead = bytes[i++];
    size_t more;
    uint32_t point, least;
    if (lead < 0x80) more = 0, least = 0, point = lead;
    else if (lead >= 0xc2 && lead <= 0xdf) more = 1, least = 0x80, point = lead & 0x1f;
    else if (lead >= 0xe0 && lead <= 0xef) more = 2, least = 0x800, point = lead & 0x0f;
    else if (lead >= 0xf0 && lead <= 0xf4) more = 3, least = 0x10000, point = lead & 0x07;
    else return false;
    if (more > length - i) return false;
    for (; more > 0; more--) {
      if ((bytes[i] & 0xc0) != 0x80) return false;
      point = point << 6 | (bytes[i++] & 0x3f);
    }
    /* RFC 3629 §3: no overlong form, no surrogate, nothing past U+10FFFF. */
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    if (line_breaks && (point == '\n' || point == '\t')) continue;
    if (point < 0x20 || (point >= 0x7f && point <= 0x9f)) return false;
  }
  return true;
}
