/* itg_evaluation.h - layer 4: an evaluation file, read and run.  Shared by the files that read it
 * (itg_evaluation.c), open its tables (.._tables.c), protect it (.._privacy.c), write it (.._write.c) and
 * report it (itg_report.c). */
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

/* A table of an analysis as the file names it: an input or a table of an earlier analysis, and joins to
 * it. */
typedef struct itg_reference {
  const char *name;           /* input of the measure; NULL: its only one */
  const itg_node *node, *from; /* as written; the name of the table, "<input>" or "<analysis>.<table>" */
  const itg_node *joins;      /* one map, or a list of them; NULL: none */
  int32_t n_joins;
} itg_reference;

/* One computation. */
typedef struct itg_analysis {
  const itg_node *node;
  const char *id, *title, *about; /* about: NULL or a sentence for the reader */
  const itg_measure *measure;
  itg_reference *references;
  int n_references;
  const char *instrument, *instrument_key; /* definition as used (NULL: none, or several), and its option */
  const itg_node *instrument_written;      /* the same as written; NULL none */
  const itg_node *versions;                /* several: map from value to definition, as used */
  itg_result *result;   /* what may leave */
  itg_result *whole;    /* with what is kept back, while later analyses may need it; NULL: the same */
  const char *interval; /* "95% interval", by its confidence level */
  bool persons;         /* made from rows about persons */
  const char *origin;   /* the least real one of its inputs */
  int64_t n_masked;     /* rows masked by the disclosure rule */
  int64_t n_left_out;   /* rows of other tables left out by it */
  int64_t n_alone;      /* masked groups that a total gives away */
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
  int64_t min_rows;   /* of the tables it looks at */
  itg_text gaps;      /* columns that do not pass it */
  int n_gaps;
  itg_privacy privacy;
  const char *folder; /* output.folder, NULL none */
  bool csv, json, html;
  itg_input *inputs;
  int n_inputs;
  itg_analysis *analyses;
  int n_analyses;
};

/* Read the `input` or `inputs` of an analysis and check that what they name stands before it. */
itg_status itg_references_read(const itg_evaluation *evaluation, itg_analysis *analysis, itg_error *error);

/* The tables of an analysis, joined where that is asked for.  Close also after a failure. */
typedef struct itg_tables {
  itg_table *tables;
  int n;
  itg_frame **frames; /* of joined tables; NULL where nothing was joined */
  const char **notes; /* rows without a partner */
  int n_notes;
} itg_tables;
itg_status itg_tables_open(const itg_evaluation *evaluation, itg_analysis *analysis, itg_tables *out,
                           itg_error *error);
void itg_tables_close(itg_tables *tables);

/* Mask estimates of too few persons, leave out what other tables say of their groups, and drop tables of
 * persons, as the evaluation's rule says; the result as it was stays in `whole`.  ITG_ERR_DISCLOSURE when the
 * rule is to refuse. */
itg_status itg_privacy_apply(const itg_privacy *privacy, itg_analysis *analysis, itg_error *error);

/* Once all has run: a note where exactly one group is masked beside a total. */
itg_status itg_privacy_warn(struct itg_evaluation *evaluation, itg_error *error);

/* Does the table of that name have a row per person?  The measure says so. */
bool itg_privacy_is_rows(const itg_measure *measure, const char *table);

/* The page. */
itg_status itg_report_print(const itg_evaluation *evaluation, itg_text *out, itg_error *error);

/* provenance.json: everything that is needed to get the same numbers again. */
itg_status itg_provenance_print(const itg_evaluation *evaluation, char **json, itg_error *error);

#endif
