/* valuesets.h - value sets made of their definitions. */
#ifndef ITG_TEST_VALUESETS_H
#define ITG_TEST_VALUESETS_H

#include "files.h"
#include "itg_valueset.h"

static inline itg_valueset make_set(const char *id, itg_arena *arena) {
  itg_definition definition;
  itg_valueset set = {0};
  itg_error error = {0};
  if (itg_definition_load(id, arena, &definition, &error) ||
      itg_valueset_make(&definition, arena, &set, &error))
    fail_msg("%s: %s", id, error.message);
  return set;
}

#endif
