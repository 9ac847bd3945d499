/* The reader of definitions: YAML and JSON, shape, meaning, worked examples; and the empty form to fill in. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  itg_error error = {.status = ITG_OK};
  char *text = NULL;
  const char *path = fuzz_file("definition.yaml", data, size);
  itg_status status = itg_instrument_check(path, &text, &error);
  fuzz_check(status, &error);
  if (!status && !text) abort();
  itg_text_free(text);
  text = NULL;
  error = (itg_error){.status = ITG_OK};
  fuzz_check(itg_instrument_template(path, NULL, &text, &error), &error);
  itg_text_free(text);
  return 0;
}
