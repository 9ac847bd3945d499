/* itg_state_file.c - layer 2: states as files. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "itg_beside.h"
#include "itg_state.h"

enum { CHUNK = 1 << 16 };

/* The core speaks of bytes; the user has a file. */
static itg_status check(const char *path, const void *state, size_t size, itg_error *error) {
  itg_error inner = {.status = ITG_OK};
  size_t n;
  itg_status status = itg_state_finish_size(state, size, &n, &inner);
  char *code = strstr(inner.message, " (ITG_");
  if (code) *code = '\0';
  return status ? itg_fail_file(error, status, path, 0, 0, "%s", inner.message) : ITG_OK;
}

/* All bytes of a file, but no more than one beyond the size that a state says it has. */
static itg_status read_bytes(FILE *file, const char *path, unsigned char **data, size_t *size, itg_error *error) {
  size_t capacity = CHUNK, n;
  *data = itg_alloc(capacity, 1);
  if (!*data) return itg_fail_memory(error);
  while ((n = fread(*data + *size, 1, capacity - *size, file)) > 0) {
    *size += n;
    if (*size < capacity) continue;
    if (itg_state_is_more(*data, *size)) break;
    void *more = itg_grow(*data, capacity *= 2, 1);
    if (!more) return itg_fail_memory(error);
    *data = more;
  }
  return ferror(file) ? itg_fail_file(error, ITG_ERR_FILE, path, 0, 0, "cannot be read: %s", strerror(errno)) : ITG_OK;
}

itg_status itg_state_read(const char *path, void **state, size_t *size, itg_error *error) {
  struct stat about;
  unsigned char *data = NULL;
  *state = NULL;
  *size = 0;
  if (!path || !*path) return itg_fail(error, ITG_ERR_ARGUMENT, "no file is named to read a state from");
  FILE *file = fopen(path, "rb");
  if (!file) return itg_fail_file(error, ITG_ERR_FILE, path, 0, 0, "cannot be read: %s", strerror(errno));
  itg_status status = ITG_OK;
  if (fstat(fileno(file), &about) == 0 && S_ISDIR(about.st_mode))
    status = itg_fail_file(error, ITG_ERR_FILE, path, 0, 0, "this is a folder; name a file in it");
  if (!status) status = read_bytes(file, path, &data, size, error);
  if (!status) status = check(path, data, *size, error);
  fclose(file);
  if (status) free(data);
  else *state = data;
  return status;
}

itg_status itg_state_write(const char *path, const void *state, size_t size, itg_error *error) {
  itg_beside beside;
  if (!path || !*path) return itg_fail(error, ITG_ERR_ARGUMENT, "no file is named to write the state to");
  ITG_TRY(check(path, state, size, error));
  ITG_TRY(itg_beside_open(&beside, path, error));
  bool fine = fwrite(state, 1, size, beside.file) == size;
  return itg_beside_close(&beside, fine ? ITG_OK : itg_beside_fail(path, errno, error), error);
}
