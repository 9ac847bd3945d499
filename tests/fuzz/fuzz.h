/* fuzz.h - what the targets share: every one gives bytes from outside to one reader, which must fail cleanly.
 *
 * Built with libFuzzer by tests/fuzz/run, and with replay.c, which gives the corpus to it once, by `make check`. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "integrade.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A failure has a message with its code, and a success none. */
static inline void fuzz_check(itg_status status, const itg_error *error) {
  if (status && (error->status != status || !strstr(error->message, itg_status_name(status)))) abort();
}

static char fuzz_folder[] = "/tmp/integrade-fuzz-XXXXXX";

static inline void fuzz_clear(void) {
  static const char *const names[] = {"again.csv", "definition.yaml", "evaluation.yaml", "ratings.csv"};
  char path[64];
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    snprintf(path, sizeof path, "%s/%s", fuzz_folder, names[i]);
    unlink(path);
  }
  rmdir(fuzz_folder);
}

/* Write `data` to a file in a folder of this process; its path. */
static inline const char *fuzz_file(const char *name, const void *data, size_t size) {
  static char path[64];
  static int made;
  if (!made && (!mkdtemp(fuzz_folder) || atexit(fuzz_clear))) abort();
  made = 1;
  snprintf(path, sizeof path, "%s/%s", fuzz_folder, name);
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(data, 1, size, file) != size || fclose(file)) abort();
  return path;
}

/* Ask long work to stop at the first question (after 40 ms): an input is no fault because it asks for much. */
static inline int fuzz_stop(void *payload, double done) {
  (void)payload;
  (void)done;
  return 1;
}

#endif
