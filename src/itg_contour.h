/* itg_contour.h - layer 3: the density of increments over the cost-effectiveness plane, and its contours. */
#ifndef ITG_CONTOUR_H
#define ITG_CONTOUR_H

#include "itg_measure.h"

/* Options of a measure that has a plane. */
#define ITG_CONTOUR_OPTIONS                                                                                  \
  {"contours",                                                                                               \
   ITG_FIELD_NUMBERS,                                                                                        \
   false,                                                                                                    \
   NULL,                                                                                                     \
   NULL,                                                                                                     \
   0,                                                                                                        \
   1,                                                                                                        \
   NULL,                                                                                                     \
   "table contours: the share of the points of the plane that each contour holds, such as 0.5, 0.95; "       \
   "default "                                                                                                \
   "none"},                                                                                                  \
      {"contour_of",                                                                                         \
       ITG_FIELD_TEXT,                                                                                       \
       false,                                                                                                \
       "share",                                                                                              \
       "share|peak",                                                                                         \
       0,                                                                                                    \
       0,                                                                                                    \
       NULL,                                                                                                 \
       "with contours: these are shares of the points inside, or densities as shares of the highest"},       \
  {                                                                                                          \
    "bandwidth", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 100, NULL,                                          \
        "with contours: standard deviation of the normal kernel, in standard deviations of the increments; " \
        "default n^(-1/6)"                                                                                   \
  }
#define ITG_CONTOUR_HELP                                                                                  \
  "with contours, points along each in order: level (asked for), share (of the points inside), density, " \
  "relative (density as a share of the highest), line (a contour may be several), effect, cost"

/* Kernel density (normal, the axes apart; sd of the kernel on each) at every point of a grid: z[i + j * n].
 */
void itg_density(const double *x, const double *y, const double *weight, int64_t n, const double kernel[2],
                 const double *const axes[2], const int size[2], double *z);

typedef struct itg_contour_line {
  int level; /* index */
  int32_t line;
  int64_t first, n; /* of its points */
} itg_contour_line;

typedef struct itg_contours {
  int n_levels, n_lines;
  double *level, *share, *density, *relative;
  itg_contour_line *lines;
  double *x, *y; /* of all points */
} itg_contours;

/* By the options above; points that are not finite are left out.  No lines where option contours is not
 * given, or one side does not vary.  ITG_ERR_OPTION: contour_of or bandwidth without contours, or a level of
 * 0 or 1. */
itg_status itg_contours_make(itg_call *call, const double *x, const double *y, const double *weight,
                             int64_t n, itg_contours *out, itg_error *error);

#endif
