/* Which operating-system account a typed name stands for. */
#ifndef HOLDFAST_ACCOUNT_H
#define HOLDFAST_ACCOUNT_H

#include "frames.h"

enum holdfast_lookup {
  HOLDFAST_ACCOUNT_FOUND,
  HOLDFAST_ACCOUNT_ABSENT,
  HOLDFAST_ACCOUNT_FAILED, /* the name service could not say */
};

struct holdfast_account {
  char name[HOLDFAST_USER_MAX_BYTES + 1]; /* as the name service spells it */
  char uid[12];                           /* decimal */
};

enum holdfast_lookup holdfast_find_account(const char *typed, struct holdfast_account *account);

#endif
