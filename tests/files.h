/* files.h - files of the source tree, for tests: paths from the root of the sources. */
#ifndef ITG_TEST_FILES_H
#define ITG_TEST_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "itg_base.h"
#include "itg_frame.h"

enum { PATH_SIZE = 4096 };

/* `make check` sets srcdir; whoever runs a test by hand elsewhere sets ITG_SOURCE. */
static inline const char *source_path(const char *path, char *buffer) {
  const char *root = getenv("ITG_SOURCE") ? getenv("ITG_SOURCE") : getenv("srcdir") ? getenv("srcdir") : ".";
  snprintf(buffer, PATH_SIZE, "%s/%s", root, path);
  return buffer;
}

static inline itg_frame *read_frame(const char *path) {
  char full[PATH_SIZE];
  itg_error error = {.status = ITG_OK};
  itg_frame *frame = NULL;
  if (itg_frame_read(source_path(path, full), NULL, &frame, &error)) fail_msg("%s", error.message);
  return frame;
}

/* The whole file as text; the caller frees it. */
static inline char *read_text(const char *path) {
  enum { MOST = 1 << 16 };
  char full[PATH_SIZE];
  FILE *file = fopen(source_path(path, full), "rb");
  if (!file) fail_msg("%s cannot be opened", full);
  char *text = calloc(1, MOST);
  assert_non_null(text);
  assert_in_range(fread(text, 1, MOST - 1, file), 1, MOST - 2);
  fclose(file);
  return text;
}

#endif
