/* itg_study.h - layer 3: studies that could be done: their data simulated, and how likely data are. */
#ifndef ITG_STUDY_H
#define ITG_STUDY_H

#include "itg_base.h"
#include "itg_random.h"

typedef enum itg_design {
  ITG_DESIGN_BINARY = 0, /* one group: events among n people, parameter: the probability */
  ITG_DESIGN_TWO_ARM,    /* two groups of n people: parameters: the probability in each */
  ITG_DESIGN_NORMAL      /* mean of n values with a known standard deviation, parameter: the mean */
} itg_design;

typedef struct itg_study {
  itg_design design;
  double n, sd; /* people per group; standard deviation of one value */
} itg_study;

int itg_study_groups(itg_design design); /* groups, parameters and summaries */

/* Draw the summary of each group (share of events, mean) for parameters theta. */
void itg_study_draw(const itg_study *study, const double *theta, itg_random *random, double *summary);

/* Logarithm of the likelihood of summaries, but for what does not depend on theta. */
double itg_study_likelihood(const itg_study *study, const double *theta, const double *summary);

#endif
