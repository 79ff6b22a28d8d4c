/*
 * A preloaded library that kills its process (SIGKILL) at the n-th file operation below one directory:
 * before it, after it, or with half of a write done. Or only counts and lists such operations, so that a
 * test can go through all of them. Shipped code needs no hook for that.
 *
 * HOLDFAST_E2E_CRASH names the control file, which is mapped and shared with the test (crash.ts writes it
 * and knows the same layout).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { mode_off, mode_count, mode_crash };
enum { when_before, when_after, when_half };
enum {
	call_fsync = 1,
	call_fdatasync = 2,
	call_rename = 4,
	call_write = 8,
	call_create = 16,
	call_unlink = 32,
	call_truncate = 64,
};
enum { log_offset = 4096, control_size = 1 << 20 };

struct control {
	uint32_t magic;
	_Atomic uint32_t mode;
	uint32_t calls;
	uint32_t nth; /* from 1 */
	uint32_t when;
	_Atomic uint32_t count;
	_Atomic uint32_t log_used;
	uint32_t unused[9];
	char directory[1024];
	char pattern[256]; /* fnmatch of the path below the directory; empty: all */
};

static const uint32_t control_magic = 0x48464352;
static struct control *control;

/* What to do about the operation at hand; decided once, before it. */
struct verdict {
	bool die_before, die_after, die_half;
};

__attribute__((constructor)) static void map_control(void)
{
	const char *path = getenv("HOLDFAST_E2E_CRASH");
	int (*real_open)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
	int fd = path == NULL ? -1 : real_open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return; /* another user's process, for instance */
	void *at = mmap(NULL, control_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (at != MAP_FAILED && ((struct control *)at)->magic == control_magic)
		control = at;
}

static _Noreturn void die(void)
{
	for (;;)
		kill(getpid(), SIGKILL);
}

static bool watches(uint32_t call)
{
	return control != NULL && control->mode != mode_off && (control->calls & call) != 0;
}

static bool below(const char *path)
{
	size_t size = strlen(control->directory);
	if (strncmp(path, control->directory, size) != 0 || (path[size] != '/' && path[size] != 0))
		return false;
	const char *rest = path[size] == '/' ? path + size + 1 : path + size;
	return control->pattern[0] == 0 || fnmatch(control->pattern, rest, 0) == 0;
}

static void record(const char *name, const char *path, const char *other)
{
	char line[2 * PATH_MAX + 64];
	int size = snprintf(line, sizeof line, "%s\t%s%s%s\n", name, path, other ? "\t" : "", other ? other : "");
	uint32_t at = atomic_fetch_add(&control->log_used, (uint32_t)size);
	if (at + (uint32_t)size <= control_size - log_offset)
		memcpy((char *)control + log_offset + at, line, (size_t)size);
}

static struct verdict meet(const char *name, const char *path, const char *other)
{
	struct verdict verdict = {0};
	if (!below(path) && (other == NULL || !below(other)))
		return verdict;
	uint32_t count = atomic_fetch_add(&control->count, 1) + 1;
	record(name, path, other);
	if (control->mode == mode_crash && count == control->nth) {
		verdict.die_before = control->when == when_before;
		verdict.die_after = control->when == when_after;
		verdict.die_half = control->when == when_half;
	}
	return verdict;
}

static struct verdict meet_fd(uint32_t call, const char *name, int fd)
{
	struct verdict none = {0};
	if (!watches(call))
		return none;
	int saved = errno;
	char link[64], path[PATH_MAX];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t size = readlink(link, path, sizeof path - 1);
	errno = saved;
	if (size < 0)
		return none;
	path[size] = 0;
	return meet(name, path, NULL);
}

static void absolute(char *out, int directory, const char *path)
{
	char base[PATH_MAX] = "";
	if (path[0] != '/') {
		char link[64];
		snprintf(link, sizeof link, directory == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", directory);
		ssize_t size = readlink(link, base, sizeof base - 2);
		if (size > 0) {
			base[size] = '/';
			base[size + 1] = 0;
		}
	}
	if (strlen(base) + strlen(path) < PATH_MAX) {
		strcpy(out, base);
		strcat(out, path);
	} else
		out[0] = 0;
}

static struct verdict meet_path(uint32_t call, const char *name, int directory, const char *path,
				int other_directory, const char *other)
{
	struct verdict none = {0};
	if (!watches(call) || path == NULL)
		return none;
	int saved = errno;
	char first[PATH_MAX], second[PATH_MAX];
	absolute(first, directory, path);
	if (other != NULL)
		absolute(second, other_directory, other);
	errno = saved;
	return meet(name, first, other == NULL ? NULL : second);
}

#define REAL(name)                                                                                           \
	static __typeof__(name) *real;                                                                       \
	if (real == NULL)                                                                                    \
	real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* `whole` is the operation, `half` what stands for half of it (nothing, for all but writes). */
#define AROUND(meeting, half, whole)                                                                         \
	struct verdict v = meeting;                                                                          \
	if (v.die_half) {                                                                                    \
		half;                                                                                        \
		die();                                                                                       \
	}                                                                                                    \
	if (v.die_before)                                                                                    \
		die();                                                                                       \
	__typeof__(whole) result = whole;                                                                    \
	if (v.die_after)                                                                                     \
		die();                                                                                       \
	return result

int fsync(int fd)
{
	REAL(fsync);
	AROUND(meet_fd(call_fsync, "fsync", fd), , real(fd));
}

int fdatasync(int fd)
{
	REAL(fdatasync);
	AROUND(meet_fd(call_fdatasync, "fdatasync", fd), , real(fd));
}

ssize_t write(int fd, const void *data, size_t size)
{
	REAL(write);
	AROUND(meet_fd(call_write, "write", fd), (void)!real(fd, data, size / 2), real(fd, data, size));
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
	REAL(pwrite64);
	AROUND(meet_fd(call_write, "write", fd), (void)!real(fd, data, size / 2, at), real(fd, data, size, at));
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
	return pwrite64(fd, data, size, at);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	REAL(writev);
	AROUND(meet_fd(call_write, "write", fd), (void)!write(fd, parts[0].iov_base, parts[0].iov_len / 2),
	       real(fd, parts, count));
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at)
{
	REAL(pwritev64);
	AROUND(meet_fd(call_write, "write", fd), (void)!pwrite64(fd, parts[0].iov_base, parts[0].iov_len / 2, at),
	       real(fd, parts, count, at));
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
	return pwritev64(fd, parts, count, at);
}

int rename(const char *from, const char *to)
{
	REAL(rename);
	AROUND(meet_path(call_rename, "rename", AT_FDCWD, from, AT_FDCWD, to), , real(from, to));
}

int renameat(int from_directory, const char *from, int to_directory, const char *to)
{
	REAL(renameat);
	AROUND(meet_path(call_rename, "rename", from_directory, from, to_directory, to), ,
	       real(from_directory, from, to_directory, to));
}

int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags)
{
	REAL(renameat2);
	AROUND(meet_path(call_rename, "rename", from_directory, from, to_directory, to), ,
	       real(from_directory, from, to_directory, to, flags));
}

int unlink(const char *path)
{
	REAL(unlink);
	AROUND(meet_path(call_unlink, "unlink", AT_FDCWD, path, AT_FDCWD, NULL), , real(path));
}

int unlinkat(int directory, const char *path, int flags)
{
	REAL(unlinkat);
	AROUND(meet_path(call_unlink, "unlink", directory, path, AT_FDCWD, NULL), , real(directory, path, flags));
}

int ftruncate64(int fd, off64_t size)
{
	REAL(ftruncate64);
	AROUND(meet_fd(call_truncate, "truncate", fd), , real(fd, size));
}

int ftruncate(int fd, off_t size)
{
	return ftruncate64(fd, size);
}

/* Only an open that makes the file counts. */
static struct verdict meet_open(int directory, const char *path, int flags)
{
	struct verdict none = {0};
	if ((flags & O_CREAT) == 0 || !watches(call_create))
		return none;
	int saved = errno;
	bool exists = faccessat(directory, path, F_OK, 0) == 0;
	errno = saved;
	return exists ? none : meet_path(call_create, "create", directory, path, AT_FDCWD, NULL);
}

static mode_t mode_of(int flags, va_list rest)
{
	return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}

#define OPEN_MODE                                                                                            \
	va_list rest;                                                                                        \
	va_start(rest, flags);                                                                               \
	mode_t mode = mode_of(flags, rest);                                                                  \
	va_end(rest)

int open(const char *path, int flags, ...)
{
	OPEN_MODE;
	REAL(open);
	AROUND(meet_open(AT_FDCWD, path, flags), , real(path, flags, mode));
}

int open64(const char *path, int flags, ...)
{
	OPEN_MODE;
	REAL(open64);
	AROUND(meet_open(AT_FDCWD, path, flags), , real(path, flags, mode));
}

int openat(int directory, const char *path, int flags, ...)
{
	OPEN_MODE;
	REAL(openat);
	AROUND(meet_open(directory, path, flags), , real(directory, path, flags, mode));
}

int openat64(int directory, const char *path, int flags, ...)
{
	OPEN_MODE;
	REAL(openat64);
	AROUND(meet_open(directory, path, flags), , real(directory, path, flags, mode));
}
