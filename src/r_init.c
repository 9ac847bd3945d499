/* r_init.c - what R may call, and the holder of what the core hands out. */
#include "r_glue.h"

#include <R_ext/Rdynload.h>
#include <R_ext/Visibility.h>

SEXP r_hold(R_CFinalizer_t release) {
  SEXP holder = PROTECT(R_MakeExternalPtr(NULL, R_NilValue, R_NilValue));
  R_RegisterCFinalizerEx(holder, release, TRUE);
  UNPROTECT(1);
  return holder;
}

static void check_interrupt(void *unused) {
  (void)unused;
  R_CheckUserInterrupt();
}

static int progress(void *payload, double done) {
  (void)payload, (void)done;
  return !R_ToplevelExec(check_interrupt, NULL);
}

/* A vector for a column, behind the first node of `rooms`. */
typedef struct wish {
  SEXP rooms;
  itg_type type;
  R_xlen_t n;
  void *memory;
} wish;

static void make_vector(void *payload) {
  wish *w = payload;
  SEXP vector = PROTECT(Rf_allocVector(w->type == ITG_TYPE_DOUBLE ? REALSXP : INTSXP, w->n));
  SETCDR(w->rooms, Rf_cons(vector, CDR(w->rooms)));
  UNPROTECT(1);
  w->memory = w->type == ITG_TYPE_DOUBLE ? (void *)REAL(vector) : (void *)INTEGER(vector);
}

static void *room(void *rooms, itg_type type, int64_t n_rows) {
  enum { LEAST_ROWS = 10000 }; /* short columns are as soon copied */
  wish w = {rooms, type, n_rows, NULL};
  if (n_rows < LEAST_ROWS || (type != ITG_TYPE_DOUBLE && type != ITG_TYPE_INT32)) return NULL;
  R_ToplevelExec(make_vector, &w);
  return w.memory;
}

itg_control r_control(SEXP threads, SEXP rooms) {
  return (itg_control){.threads = Rf_isNull(threads) ? 0 : Rf_asInteger(threads),
                       .progress = progress,
                       .payload = rooms,
                       .room = rooms == R_NilValue ? NULL : room};
}

SEXP r_version(void) { return Rf_mkString(itg_version()); }

#define ENTRY(name, n_arguments) {#name, (DL_FUNC)(void (*)(void))r_##name, n_arguments}
static const R_CallMethodDef entries[] = {
    ENTRY(version, 0),
    ENTRY(distinct, 1),
    ENTRY(measures, 0),
    ENTRY(describe, 1),
    ENTRY(measure, 4),
    ENTRY(evaluate, 3),
    ENTRY(read, 2),
    ENTRY(instruments, 0),
    ENTRY(catalogue, 0),
    ENTRY(instrument, 2),
    ENTRY(template, 2),
    ENTRY(label, 2),
    ENTRY(state_new, 1),
    ENTRY(state_about, 1),
    ENTRY(state_named, 2),
    ENTRY(state_read, 1),
    ENTRY(state_write, 2),
    ENTRY(state_add, 3),
    ENTRY(state_merge, 2),
    ENTRY(state_finish, 1),
    {NULL, NULL, 0},
};

attribute_visible void R_init_integrade(DllInfo *dll) {
  R_registerRoutines(dll, NULL, entries, NULL, NULL);
  R_useDynamicSymbols(dll, FALSE);
  R_forceSymbols(dll, TRUE);
}
