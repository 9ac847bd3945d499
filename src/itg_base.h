/* itg_base.h - layer 0: errors, memory, text and numbers that every other file needs. */
#ifndef ITG_BASE_H
#define ITG_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "integrade.h"

#if defined(__GNUC__)
#define ITG_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define ITG_PRINTF(f, a)
#endif

/* Products are rounded before they are added, also where a build cannot say -ffp-contract=off: an R package may
 * not, and compilers contract by default where the machine can. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

#define ITG_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Pass a failure up: the one way to call a fallible function when there is nothing to clean up. */
#define ITG_TRY(call)                  \
  do {                                 \
    itg_status try_status = (call);    \
    if (try_status) return try_status; \
  } while (0)

/* ---- errors (itg_error.c) ---- */

/* Fill `error` (may be NULL) with a formatted one-line message, append " (CODE)", return `status`.
 * All setters leave a message that is already there alone only if itg_error.status is set by the same
 * call chain: i.e. callers never overwrite a deeper error, they just return its status. */
itg_status itg_fail(itg_error *error, itg_status status, const char *format, ...) ITG_PRINTF(3, 4);

/* The same for a place in a table: the message begins "visits.csv, line 12, column 'cost': " or
 * "data, row 11, column 'cost': ".  row counts from 0, -1: no row; column may be NULL. */
itg_status itg_fail_at(itg_error *error, itg_status status, const itg_table *table, int64_t row,
                       const char *column, const char *format, ...) ITG_PRINTF(6, 7);

/* The same for a place in a file: "evaluation.yaml, line 3, column 5: "; line 0: no place. */
itg_status itg_fail_file(itg_error *error, itg_status status, const char *source, int64_t line,
                         int64_t column, const char *format, ...) ITG_PRINTF(6, 7);

/* Faults that stand beside each other (keys, items, scores of a definition) are told in one message, the first first:
 *     itg_faults f = {.all = error};
 *     if (!itg_faults_add(&f, check(..., &f.one))) return itg_faults_end(&f);
 *     ...
 *     return itg_faults_end(&f);
 * Add is false when nothing else need be looked at: nobody reads the error, or memory is out. */
typedef struct itg_faults {
  itg_error *all, one;
  itg_status status; /* of the first */
  int untold;        /* for which the message has no room */
} itg_faults;
bool itg_faults_add(itg_faults *faults, itg_status status);
itg_status itg_faults_end(itg_faults *faults);

itg_status itg_fail_memory(itg_error *error);

/* ---- memory (itg_memory.c) ---- */

/* All allocation goes through these three; sizes are checked for overflow, count 0 gives a valid
 * pointer, memory is zeroed.  Release with free(). */
void *itg_alloc(size_t count, size_t size);
void *itg_grow(void *memory, size_t count, size_t size); /* realloc; new bytes are not zeroed */
char *itg_copy_text(const char *text);

/* Memory that lives and dies together. */
typedef struct itg_arena itg_arena;
itg_arena *itg_arena_new(void);
void itg_arena_free(itg_arena *arena);
void *itg_arena_alloc(itg_arena *arena, size_t count, size_t size); /* zeroed; NULL when out of memory */
void *itg_arena_take(itg_arena *arena, size_t count, size_t size);  /* not zeroed: for what is written at once */
/* Room for much that is taken next, in one piece: many large pieces are given back to the system and cleared by it in every
 * call, one is kept.  False: out of memory. */
bool itg_arena_reserve(itg_arena *arena, size_t bytes);
void *itg_arena_room(itg_arena *arena, size_t count, size_t size, itg_error *error); /* the same, and says so */
/* The scratch of a call knows whom to ask (itg_thread.h), so that what works in it can be stopped; NULL: nobody. */
struct itg_pace;
void itg_arena_set_pace(itg_arena *arena, struct itg_pace *pace);
struct itg_pace *itg_arena_pace(const itg_arena *arena);
char *itg_arena_text(itg_arena *arena, const char *text, size_t length);
char *itg_arena_print(itg_arena *arena, const char *format, ...) ITG_PRINTF(2, 3);

/* ---- text (itg_text.c) ---- */

/* Growing text.  Start from ITG_TEXT_EMPTY; after a failed append `failed` is set and all further
 * appends do nothing, so that only the end needs a check. */
typedef struct itg_text {
  char *data; /* ends with NUL once anything was appended */
  size_t size, capacity;
  bool failed;
} itg_text;
#define ITG_TEXT_EMPTY {NULL, 0, 0, false}
void itg_text_append(itg_text *text, const char *bytes, size_t size);
void itg_text_add(itg_text *text, const char *string);
void itg_text_print(itg_text *text, const char *format, ...) ITG_PRINTF(2, 3); /* no %f, %g, %e: locale */
void itg_text_number(itg_text *text, double value);                  /* shortest that reads back; NaN: NA */
void itg_text_fixed(itg_text *text, double value, int decimals);     /* display only */
void itg_text_significant(itg_text *text, double value, int digits); /* display only */
void itg_text_html(itg_text *text, const char *string);              /* escapes & < > " ' */
void itg_text_clear(itg_text *text);
/* Hand the text over (never NULL on ITG_OK); the builder is empty afterwards. */
itg_status itg_text_take(itg_text *text, char **out, itg_error *error);

#define ITG_NUMBER_SIZE 32
/* Shortest decimal that reads back to the same bits, '.' as point in every locale; "NA" for NaN, "Inf",
 * "-Inf".  `out` holds ITG_NUMBER_SIZE bytes.  Integral values print without a point ("12"). */
void itg_number_print(double value, char *out);
void itg_integer_print(int64_t value, char *out);
/* Whole text is one decimal number (optional sign, digits, point, exponent; no hex, no inf, no nan,
 * surrounding spaces allowed).  Correctly rounded, locale-free. */
bool itg_number_parse(const char *text, size_t size, double *out);
bool itg_integer_parse(const char *text, size_t size, int64_t *out);

/* Offset of the first byte that is not UTF-8, or -1. */
int64_t itg_utf8_check(const char *text, size_t size);

/* The candidate nearest to `word` within a third of its length, or NULL: for "did you mean". */
const char *itg_suggest(const char *word, const char *const *candidates, size_t count);
bool itg_text_equal(const char *a, const char *b); /* NULL-safe */

#endif
