/* Bytes that claim to be a state: what passes the check can be merged, added to and finished.
 *
 * An input whose first line is short is a specification, then words for the end of a state that the library makes of
 * it (no fuzzer guesses the checksum in the head); any other is a state as it comes. */
#include "fuzz.h"

#include "itg_state.h"

/* Names that a state has or has not; texts are read to their ends. */
static void rename_columns(const void *state, size_t size) {
  static const char *const names[] = {"a", "b", "c", "d"};
  itg_error error = {.status = ITG_OK};
  void *named = NULL;
  size_t named_size = 0, n = 0;
  for (uint64_t j = 0; j < 4 && itg_state_name(state, j); j++) n += strlen(itg_state_name(state, j));
  if (n + strlen(itg_state_about(state)) > size) abort();
  if (itg_state_columns(state) > 4) return;
  itg_status status = itg_state_with_names(state, size, names, &named, &named_size, &error);
  fuzz_check(status, &error);
  if (!status && itg_state_finish_size(named, named_size, &n, &error)) abort();
  itg_state_free(named);
}

static void use(void *state, size_t size) {
  itg_error error = {.status = ITG_OK};
  size_t n = 0;
  itg_status status = itg_state_finish_size(state, size, &n, &error);
  fuzz_check(status, &error);
  if (status) return;
  double row[16] = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2};
  void *other = malloc(size);
  const uint64_t id = 7;
  if (!other) abort();
  memcpy(other, state, size);
  rename_columns(state, size);
  fuzz_check(itg_state_merge(state, other, size, &error), &error);
  error = (itg_error){.status = ITG_OK};
  uint64_t columns;
  memcpy(&columns, (char *)state + 40, sizeof columns);
  if (columns <= 16) fuzz_check(itg_state_add(state, row, &id, 1, &error), &error);
  error = (itg_error){.status = ITG_OK};
  if (itg_state_finish_size(state, size, &n, &error)) abort();
  double *values = malloc((n ? n : 1) * sizeof *values);
  if (!values) abort();
  fuzz_check(itg_state_finish(state, size, values, &error), &error);
  free(values);
  free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const uint8_t *end = memchr(data, '\n', size);
  size_t length = 0;
  if (!end || end - data > 200) {
    void *copy = malloc(size ? size : 1);
    if (!copy) abort();
    memcpy(copy, data, size);
    use(copy, size);
    free(copy);
    return 0;
  }
  char spec[201] = "";
  itg_error error = {.status = ITG_OK};
  memcpy(spec, data, (size_t)(end - data));
  itg_status status = itg_state_size(spec, &length, &error);
  fuzz_check(status, &error);
  if (status || length > 1 << 20) return 0;
  uint8_t *state = calloc(length, 1);
  if (!state || itg_state_init(state, length, spec, &error)) abort();
  size_t left = size - (size_t)(end + 1 - data), body = length > 64 ? length - 64 : 0;
  memcpy(state + length - (left < body ? left : body), end + 1, left < body ? left : body);
  itg_state_seal(state);
  use(state, length);
  free(state);
  return 0;
}
