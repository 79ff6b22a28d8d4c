#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

const char *holdfast_fault_text(enum holdfast_fault fault) {
  switch (fault) {
    case HOLDFAST_OK: return "none";
    case HOLDFAST_NO_AGENT: return "nobody listens at the agent's socket";
    case HOLDFAST_NOT_TRUSTED: return "the agent's socket is not served by root";
    case HOLDFAST_TIMED_OUT: return "no answer in time";
    case HOLDFAST_CLOSED: return "connection closed within the conversation";
    case HOLDFAST_MALFORMED: return "malformed or unexpected frame";
    case HOLDFAST_TOO_MANY_FRAMES: return "too many frames";
    case HOLDFAST_SYSTEM: return "a system call failed";
  }
  return "unknown";
}

/* Milliseconds of the monotonic clock, which nobody can set; negative where it cannot be read. */
static int64_t now_ms(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return -1;
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum holdfast_fault left_until(int64_t deadline_ms, int *left_ms) {
  int64_t now = now_ms();
  if (now < 0) return HOLDFAST_SYSTEM;
  if (now >= deadline_ms) return HOLDFAST_TIMED_OUT;
  *left_ms = (int)(deadline_ms - now);
  return HOLDFAST_OK;
}

/* Waits for the socket, or for the deadline. Errors on the socket show in the call that follows. */
static enum holdfast_fault wait_for(int fd, short events, int64_t deadline_ms) {
  int left_ms;
  enum holdfast_fault fault = left_until(deadline_ms, &left_ms);
  if (fault != HOLDFAST_OK) return fault;
  struct pollfd entry = {.fd = fd, .events = events};
  int ready = poll(&entry, 1, left_ms);
  if (ready < 0) return errno == EINTR ? HOLDFAST_OK : HOLDFAST_SYSTEM;
  return ready == 0 ? HOLDFAST_TIMED_OUT : HOLDFAST_OK;
}

/*
 * A Unix socket whose listener's queue is full never becomes pollable: a non-blocking connect just fails with EAGAIN.
 * A blocking connect under SO_SNDTIMEO waits in the kernel's queue, and no longer than that.
 */
static enum holdfast_fault connect_before(int fd, const struct sockaddr_un *address, int64_t deadline_ms) {
  for (;;) {
    int left_ms;
    enum holdfast_fault fault = left_until(deadline_ms, &left_ms);
    if (fault != HOLDFAST_OK) return fault;
    struct timeval limit = {.tv_sec = left_ms / 1000, .tv_usec = left_ms % 1000 * 1000};
    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0) return HOLDFAST_SYSTEM;
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0) return HOLDFAST_OK;
    switch (errno) {
      case EINTR: continue;
      case EAGAIN: return HOLDFAST_TIMED_OUT;
      case ENOENT:
      case ENOTDIR:
      case ECONNREFUSED:
      case EACCES: return HOLDFAST_NO_AGENT;
      default: return HOLDFAST_SYSTEM;
    }
  }
}

/* Root, or, for a program that does not run as root, its own user: whoever else serves the socket is an impostor. */
static enum holdfast_fault check_peer(int fd) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || length != sizeof peer) return HOLDFAST_SYSTEM;
  uid_t self = geteuid();
  return peer.uid == 0 || (self != 0 && peer.uid == self) ? HOLDFAST_OK : HOLDFAST_NOT_TRUSTED;
}

/* Never a standard stream's number: where the host runs with one closed, it would read or write our socket. */
static int open_socket(void) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || fd > STDERR_FILENO) return fd;
  int higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  close(fd);
  return higher;
}

bool holdfast_path_fits(const char *path) {
  return path[0] == '/' && strlen(path) < sizeof((struct sockaddr_un *)NULL)->sun_path;
}

enum holdfast_fault holdfast_open(struct holdfast_channel *channel, const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, path, strlen(path) + 1);
  channel->left_ms = HOLDFAST_CONVERSATION_TIMEOUT_MS;
  channel->frames = 0;
  channel->fd = open_socket();
  if (channel->fd < 0) return HOLDFAST_SYSTEM;

  int64_t start = now_ms();
  if (start < 0) return HOLDFAST_SYSTEM;
  enum holdfast_fault fault = connect_before(channel->fd, &address, start + HOLDFAST_CONNECT_TIMEOUT_MS);
  return fault == HOLDFAST_OK ? check_peer(channel->fd) : fault;
}

void holdfast_close(struct holdfast_channel *channel) {
  if (channel->fd >= 0) close(channel->fd);
  channel->fd = -1;
}

/* Counts the frame and says until when it may take; the deadline is the frame's, so dripped bytes gain no time. */
static enum holdfast_fault begin_frame(struct holdfast_channel *channel, int64_t *start_ms, int64_t *deadline_ms) {
  if (channel->frames >= HOLDFAST_CONVERSATION_MAX_FRAMES) return HOLDFAST_TOO_MANY_FRAMES;
  channel->frames++;
  if (channel->left_ms <= 0) return HOLDFAST_TIMED_OUT;
  *start_ms = now_ms();
  if (*start_ms < 0) return HOLDFAST_SYSTEM;
  int64_t limit_ms = channel->left_ms < HOLDFAST_REPLY_TIMEOUT_MS ? channel->left_ms : HOLDFAST_REPLY_TIMEOUT_MS;
  *deadline_ms = *start_ms + limit_ms;
  return HOLDFAST_OK;
}

static enum holdfast_fault end_frame(struct holdfast_channel *channel, int64_t start_ms) {
  int64_t end_ms = now_ms();
  if (end_ms < 0) return HOLDFAST_SYSTEM;
  channel->left_ms -= end_ms - start_ms;
  return HOLDFAST_OK;
}

static enum holdfast_fault write_exactly(int fd, const uint8_t *bytes, size_t length, int64_t deadline_ms) {
  while (length > 0) {
    ssize_t count = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) {
      bytes += count;
      length -= (size_t)count;
      continue;
    }
    if (count == 0 || errno == EPIPE || errno == ECONNRESET) return HOLDFAST_CLOSED;
    if (errno != EAGAIN && errno != EINTR) return HOLDFAST_SYSTEM;
    enum holdfast_fault fault = wait_for(fd, POLLOUT, deadline_ms);
    if (fault != HOLDFAST_OK) return fault;
  }
  return HOLDFAST_OK;
}

enum holdfast_fault holdfast_send(struct holdfast_channel *channel, const struct holdfast_frame *frame) {
  int64_t start_ms, deadline_ms;
  enum holdfast_fault fault = begin_frame(channel, &start_ms, &deadline_ms);
  if (fault == HOLDFAST_OK) fault = write_exactly(channel->fd, frame->bytes, frame->length, deadline_ms);
  return fault == HOLDFAST_OK ? end_frame(channel, start_ms) : fault;
}

static enum holdfast_fault read_exactly(int fd, uint8_t *bytes, size_t length, int64_t deadline_ms) {
  while (length > 0) {
    ssize_t count = recv(fd, bytes, length, MSG_DONTWAIT);
    if (count > 0) {
      bytes += count;
      length -= (size_t)count;
      continue;
    }
    if (count == 0 || errno == ECONNRESET) return HOLDFAST_CLOSED;
    if (errno != EAGAIN && errno != EINTR) return HOLDFAST_SYSTEM;
    enum holdfast_fault fault = wait_for(fd, POLLIN, deadline_ms);
    if (fault != HOLDFAST_OK) return fault;
  }
  return HOLDFAST_OK;
}

static enum holdfast_fault read_frame(int fd, struct holdfast_frame *frame, int64_t deadline_ms) {
  size_t payload_length;
  enum holdfast_fault fault = read_exactly(fd, frame->bytes, HOLDFAST_HEADER_BYTES, deadline_ms);
  if (fault != HOLDFAST_OK) return fault;
  if (!holdfast_decode_header(frame->bytes, &payload_length)) return HOLDFAST_MALFORMED;
  frame->length = HOLDFAST_HEADER_BYTES + payload_length;
  return read_exactly(fd, frame->bytes + HOLDFAST_HEADER_BYTES, payload_length, deadline_ms);
}

enum holdfast_fault holdfast_receive(struct holdfast_channel *channel, struct holdfast_frame *frame) {
  int64_t start_ms, deadline_ms;
  enum holdfast_fault fault = begin_frame(channel, &start_ms, &deadline_ms);
  if (fault == HOLDFAST_OK) fault = read_frame(channel->fd, frame, deadline_ms);
  return fault == HOLDFAST_OK ? end_frame(channel, start_ms) : fault;
}
