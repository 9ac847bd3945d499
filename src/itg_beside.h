/* itg_beside.h - layer 0: a file that is written beside the one it replaces and renamed, so that nobody ever sees half
 * of it, and a write that fails or is stopped leaves the old one whole. */
#ifndef ITG_BESIDE_H
#define ITG_BESIDE_H

#include <stdio.h>

#include "itg_base.h"

typedef struct itg_beside {
  const char *path;
  FILE *file;
  char *name;
} itg_beside;

/* A new file beside `path`, to write to. */
itg_status itg_beside_open(itg_beside *beside, const char *path, itg_error *error);

/* It becomes the file at `path`; where `status` is a failure, which is passed on, it is removed. */
itg_status itg_beside_close(itg_beside *beside, itg_status status, itg_error *error);

/* ITG_ERR_FILE: what `code` of errno means for writing to `path`. */
itg_status itg_beside_fail(const char *path, int code, itg_error *error);

#endif
