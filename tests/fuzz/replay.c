/* replay.c - gives every file of the folders named to the target, once: the corpus as a regression test. */
#include <dirent.h>

#include "fuzz.h"

static int give(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return 0;
  char *data = NULL;
  size_t size = 0, got;
  do {
    char *more = realloc(data, size + 65536);
    if (!more) abort();
    data = more;
    size += got = fread(data + size, 1, 65536, file);
  } while (got);
  fclose(file);
  /* Memory of the exact size: a reader that goes beyond is seen by the sanitizer and by valgrind. */
  uint8_t *exact = malloc(size ? size : 1);
  if (!exact) abort();
  memcpy(exact, data, size);
  free(data);
  LLVMFuzzerTestOneInput(exact, size);
  free(exact);
  return 1;
}

int main(int argc, char **argv) {
  int n = 0;
  for (int i = 1; i < argc; i++) {
    DIR *folder = opendir(argv[i]);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
      char path[4096];
      if (entry->d_name[0] == '.') continue;
      snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
      n += give(path);
    }
    if (folder) closedir(folder);
  }
  printf("%d inputs\n", n);
  return n ? 0 : 1;
}
