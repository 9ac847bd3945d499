/* itg_elements.h - layer 3: elements of a development model, and what raters say of them, brought to
 * consensus.
 *
 * Shared by the measures checklist (how much is implemented) and stages (which phase that makes). */
#ifndef ITG_ELEMENTS_H
#define ITG_ELEMENTS_H

#include "itg_measure.h"

typedef struct itg_element {
  const char *id, *label;
  int32_t cluster;
  int32_t phase; /* from 1; 0: none known */
} itg_element;

typedef struct itg_cluster {
  const char *id, *title;
} itg_cluster;

typedef struct itg_elements {
  const char *instrument;
  int32_t n_elements, n_clusters;
  int32_t n_phases; /* highest phase of any element; 0: no element has one */
  itg_element *elements;
  const itg_cluster *clusters;
  int32_t n_labels;
  const itg_flag_label
      *labels; /* of yes and no: those of option `labels`, then the definition's `responses` */
} itg_elements;

/* Elements of a definition of kind checklist.  When the input `phases` of the call is given (roles element
 * and phase), it says the phase of each element in place of the definition. Errors: the 400 family;
 * ITG_ERR_DATA for an element that the definition does not know, ITG_ERR_DUPLICATE. */
itg_status itg_elements_make(itg_call *call, const itg_definition *definition, itg_elements *out,
                             itg_error *error);

typedef enum itg_element_state {
  ITG_ELEMENT_MISSING = -1,
  ITG_ELEMENT_ABSENT = 0,
  ITG_ELEMENT_PRESENT = 1,
  ITG_ELEMENT_NOT_RELEVANT = 2
} itg_element_state;

/* A rated unit (a service, or a service at one time) in one element. */
typedef struct itg_verdict {
  int8_t state;
  int8_t planned;  /* of an absent element: 1, 0, -1 missing */
  int8_t disputed; /* raters differ: 1, 0, -1 fewer than two ratings */
  int32_t n_ratings;
  double year; /* of a present element; NaN */
} itg_verdict;

typedef struct itg_assessment {
  int32_t n_units, n_elements, n_raters; /* n_raters 0: there is no such role */
  const itg_verdict *verdicts;           /* n_units x n_elements */
  const char *const *notes; /* the same: remarks, "; " between those of several raters; NULL: no such role */
  /* With exactly two raters, their states (-1 missing) side by side; else NULL. */
  const int32_t *first, *second;
} itg_assessment;

/* Read the long table `input` (roles element, rater, relevant, present, planned, year, note); row i speaks of
 * unit units[i] (-1: left out).  An element is not relevant when more raters say so than not; of those for
 * whom it is relevant the majority says whether it is present; a draw is settled by option `tie`.  Remarks go
 * to the notes. Errors: ITG_ERR_DATA (unknown element), ITG_ERR_DUPLICATE, ITG_ERR_LIMIT, ITG_ERR_EMPTY. */
itg_status itg_assessment_make(itg_call *call, const itg_elements *elements, const char *input,
                               const int32_t *units, int32_t n_units, itg_assessment *out, itg_error *error);

#endif
