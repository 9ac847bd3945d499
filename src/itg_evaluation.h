/* itg_evaluation.h - layer 4: an evaluation file, read and run.  Shared by the files that read it
 * (itg_evaluation.c), protect it (.._privacy.c), write it (.._write.c) and report it (itg_report.c). */
#ifndef ITG_EVALUATION_H
#define ITG_EVALUATION_H

#include "itg_measure.h"

/* One data file. */
typedef struct itg_input {
  const itg_node *node;
  const char *id, *path, *label, *origin, *source; /* source: citation or NULL */
  bool persons;  /* its rows are about persons: the disclosure rule applies to what is made from it */
  char hash[65]; /* SHA-256 of the file */
  int64_t n_rows, n_missing;
  int32_t n_columns;
  itg_frame *frame; /* NULL once everything has run */
} itg_input;

/* One computation. */
typedef struct itg_analysis {
  const itg_node *node;
  const char *id, *title, *about; /* about: NULL or a sentence for the reader */
  const itg_measure *measure;
  const char **references; /* the input or "<analysis>.<table>" of each table */
  int n_references;
  const char *instrument, *instrument_key,
      *instrument_path; /* definition as used, its option, as written; NULL none */
  itg_result *result;
  const char *interval; /* "95% interval", by its confidence level */
  bool persons;         /* made from rows about persons */
  const char *origin;   /* the least real one of its inputs */
  int64_t n_masked;     /* rows masked by the disclosure rule */
  int n_withheld;       /* tables of rows kept back by it */
} itg_analysis;

typedef struct itg_privacy {
  int64_t min_n; /* 0: off */
  bool refuse, rows;
} itg_privacy;

struct itg_evaluation {
  itg_arena *arena;
  const itg_node *root;
  const char *path, *folder_of; /* the file, and the folder it stands in ("" for the current one) */
  const char *id, *title, *about, *date, *author;
  char hash[65];
  int64_t seed;
  bool allow_outside;
  double max_missing; /* quality gate; NaN: none */
  itg_privacy privacy;
  const char *folder; /* output.folder, NULL none */
  bool csv, json, html;
  itg_input *inputs;
  int n_inputs;
  itg_analysis *analyses;
  int n_analyses;
};

/* Mask estimates of too few persons and drop tables of persons, as the evaluation's rule says.
 * ITG_ERR_DISCLOSURE when the rule is to refuse. */
itg_status itg_privacy_apply(const itg_privacy *privacy, itg_analysis *analysis, itg_error *error);

/* The page. */
itg_status itg_report_print(const itg_evaluation *evaluation, itg_text *out, itg_error *error);

/* provenance.json: everything that is needed to get the same numbers again. */
itg_status itg_provenance_print(const itg_evaluation *evaluation, char **json, itg_error *error);

#endif
