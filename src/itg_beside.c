/* itg_beside.c - layer 0: files that are replaced whole or not at all. */
#include "itg_beside.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { ATTEMPTS = 100 };

static const char *why(int code) {
  switch (code) {
    case ENOENT:
      return "the folder does not exist; make it first";
    case ENOTDIR:
      return "a part of the path is a file, not a folder";
    case EACCES:
    case EPERM:
    case EROFS:
      return "writing is not allowed here; choose another folder";
    case EISDIR:
      return "this is a folder; name a file in it";
    case ENOSPC:
    case EDQUOT:
      return "the disk is full; free some space";
    case EFBIG:
      return "the file would be larger than is allowed";
    case ENAMETOOLONG:
      return "the name is too long; shorten it";
    default:
      return "the file cannot be written";
  }
}

itg_status itg_beside_fail(const char *path, int code, itg_error *error) {
  return itg_fail_file(error, ITG_ERR_FILE, path, 0, 0, "%s", why(code));
}

itg_status itg_beside_open(itg_beside *b, const char *path, itg_error *error) {
  *b = (itg_beside){path, NULL, NULL};
  for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
    itg_text text = ITG_TEXT_EMPTY;
    itg_text_print(&text, "%s.%ld-%d.part", path, (long)getpid(), attempt);
    ITG_TRY(itg_text_take(&text, &b->name, error));
    b->file = fopen(b->name, "wbx");
    if (b->file) return ITG_OK;
    int code = errno;
    free(b->name);
    b->name = NULL;
    if (code != EEXIST) return itg_beside_fail(path, code, error);
  }
  return itg_beside_fail(path, EEXIST, error);
}

itg_status itg_beside_close(itg_beside *b, itg_status status, itg_error *error) {
  if (!status && (fflush(b->file) || fsync(fileno(b->file)))) status = itg_beside_fail(b->path, errno, error);
  if (fclose(b->file) && !status) status = itg_beside_fail(b->path, errno, error);
  if (!status && rename(b->name, b->path)) status = itg_beside_fail(b->path, errno, error);
  if (status) remove(b->name);
  free(b->name);
  return status;
}
