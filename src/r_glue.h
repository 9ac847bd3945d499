/* r_glue.h - layer 5: R over integrade.h.
 *
 * The order of every entry is the same, so that no R error can jump over memory of the core:
 *   1  everything R must allocate for the call (R_alloc, external pointers), where R may jump
 *   2  the core, where R is not called (but for the interrupt check and for room, which cannot jump)
 *   3  the outcome goes into an external pointer, which frees it whatever happens next
 *   4  conversion to R, where R may jump again */
#ifndef R_GLUE_H
#define R_GLUE_H

#define R_NO_REMAP
#include <R.h>
#include <Rinternals.h>

#include "integrade.h"

/* An empty external pointer, to be protected by the caller, that `release` empties: called by the entry when
 * it is done, or by R when it collects the pointer after a jump. */
SEXP r_hold(R_CFinalizer_t release);

/* Define such a release function over a _free of the core, which accepts NULL. */
#define R_RELEASE(name, core_free)       \
  static void name(SEXP holder) {        \
    core_free(R_ExternalPtrAddr(holder)); \
    R_ClearExternalPtr(holder);          \
  }

/* In passes over rows, where R may jump and all is protected: one of 65536 looks for an interrupt. */
static inline void r_ask(R_xlen_t i) {
  if (i % 65536 == 65535) R_CheckUserInterrupt();
}

/* Threads and interrupts of one call.  With `rooms`, a pair list of one node, long columns of the result are made
 * as R vectors from the start; the list, to be protected, holds them. */
itg_control r_control(SEXP threads, SEXP rooms);

/* r_table.c: lend a list of list(name, columns, reasons); memory from R_alloc. */
itg_table *r_tables(SEXP tables);

/* r_result.c: what the core gives back; all values are fresh and to be protected. */
SEXP r_string(const char *utf8);          /* one CHARSXP; NULL is NA */
SEXP r_error(const itg_error *error);     /* list of class itg_failure, raised by R code */
SEXP r_frame(const itg_table *table, SEXP rooms);    /* list of columns with names */
SEXP r_result(const itg_result *result, SEXP rooms); /* list(tables, notes, provenance) */
SEXP r_json(const char *json);            /* JSON text as lists and vectors */

/* The entries, in r_init.c, r_measure.c, r_instrument.c and r_state.c. */
SEXP r_version(void);
SEXP r_distinct(SEXP texts);
SEXP r_measures(void);
SEXP r_describe(SEXP measure);
SEXP r_measure(SEXP measure, SEXP tables, SEXP options, SEXP threads);
SEXP r_evaluate(SEXP path, SEXP out, SEXP threads);
SEXP r_read(SEXP path, SEXP options);
SEXP r_instruments(void);
SEXP r_catalogue(void);
SEXP r_instrument(SEXP instrument, SEXP what);
SEXP r_template(SEXP instrument, SEXP table);
SEXP r_label(SEXP instrument, SEXP tables);
SEXP r_state_new(SEXP spec);
SEXP r_state_about(SEXP state);
SEXP r_state_named(SEXP state, SEXP names);
SEXP r_state_read(SEXP path);
SEXP r_state_write(SEXP state, SEXP path);
SEXP r_state_add(SEXP state, SEXP values, SEXP ids);
SEXP r_state_merge(SEXP state, SEXP other);
SEXP r_state_finish(SEXP state);

#endif
