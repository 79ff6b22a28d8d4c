#include "account.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BUFFER_BYTES 4096
/* A record larger than this is none of a person's. */
#define LAST_BUFFER_BYTES (1024 * 1024)

/* getpwnam_r's own words for "no such account", by getpwnam(3); every other error means it could not find out. */
static bool means_absent(int error) {
  return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

static enum holdfast_lookup keep(const struct passwd *entry, struct holdfast_account *account) {
  size_t length = strnlen(entry->pw_name, sizeof account->name);
  if (length == 0 || length == sizeof account->name) return HOLDFAST_ACCOUNT_FAILED;
  if (!holdfast_is_clean_text((const uint8_t *)entry->pw_name, length, false)) return HOLDFAST_ACCOUNT_FAILED;
  if (entry->pw_uid == (uid_t)-1) return HOLDFAST_ACCOUNT_FAILED;
  memcpy(account->name, entry->pw_name, length + 1);
  snprintf(account->uid, sizeof account->uid, "%lu", (unsigned long)entry->pw_uid);
  return HOLDFAST_ACCOUNT_FOUND;
}

enum holdfast_lookup holdfast_find_account(const char *typed, struct holdfast_account *account) {
  for (size_t size = FIRST_BUFFER_BYTES; size <= LAST_BUFFER_BYTES; size *= 4) {
    struct passwd record, *entry = NULL;
    char *buffer = malloc(size);
    if (buffer == NULL) return HOLDFAST_ACCOUNT_FAILED;
    int error = getpwnam_r(typed, &record, buffer, size, &entry);
    enum holdfast_lookup found = HOLDFAST_ACCOUNT_FAILED;
    if (entry != NULL) found = keep(entry, account);
    else if (means_absent(error)) found = HOLDFAST_ACCOUNT_ABSENT;
    explicit_bzero(buffer, size);
    free(buffer);
    if (entry != NULL || (error != ERANGE && error != EINTR)) return found;
  }
  return HOLDFAST_ACCOUNT_FAILED;
}
