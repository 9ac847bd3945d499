/* itg_contour.c - layer 3: the density of increments over the cost-effectiveness plane, and its contours. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_contour.h"
#include "itg_thread.h"

enum { SIDE = 120, EDGES = 3 * SIDE * SIDE };

/* ---- density ---- */

/* Kernel weights of one value along an axis within 8 standard deviations; beyond them nothing is left in a
 * double. */
static void kernel_along(double value, double sd, const double *axis, int size, double *out, int *first,
                         int *last) {
  *first = 0, *last = 0;
  for (int i = 0; i < size; i++) {
    double z = (axis[i] - value) / sd;
    if (z < -8) *first = i + 1;
    if (z > 8) break;
    *last = i + 1;
    out[i] = z < -8 ? 0 : exp(-z * z / 2);
  }
}

void itg_density(const double *x, const double *y, const double *weight, int64_t n, const double kernel[2],
                 const double *const axes[2], const int size[2], double *z) {
  double along[2][1024], total = 0;
  memset(z, 0, (size_t)size[0] * (size_t)size[1] * sizeof *z);
  for (int64_t k = 0; k < n; k++) {
    int first[2], last[2];
    double w = weight ? weight[k] : 1;
    total += w;
    for (int a = 0; a < 2; a++)
      kernel_along(a ? y[k] : x[k], kernel[a], axes[a], size[a], along[a], &first[a], &last[a]);
    for (int j = first[1]; j < last[1]; j++)
      for (int i = first[0]; i < last[0]; i++) z[i + j * size[0]] += w * along[1][j] * along[0][i];
  }
  double scale = 1 / (total * kernel[0] * kernel[1] * 6.283185307179586);
  for (int i = 0; i < size[0] * size[1]; i++) z[i] *= scale;
}

/* ---- the grid of a plane ---- */

typedef struct plane {
  const double *x, *y, *weight;
  int64_t n;
  double axis[2][SIDE], kernel[2];
  double z[SIDE * SIDE], peak, total;
  double *at; /* density at each point, between the points of the grid as the contours have it */
} plane;

/* Linear on each half of a cell, cut along its rising diagonal. */
static double between(const plane *p, double x, double y) {
  double place[2] = {(x - p->axis[0][0]) / (p->axis[0][1] - p->axis[0][0]),
                     (y - p->axis[1][0]) / (p->axis[1][1] - p->axis[1][0])};
  int i = (int)fmin(fmax(place[0], 0), SIDE - 2), j = (int)fmin(fmax(place[1], 0), SIDE - 2);
  double u = place[0] - i, v = place[1] - j;
  const double *z = p->z + i + j * SIDE;
  return u >= v ? z[0] + u * (z[1] - z[0]) + v * (z[SIDE + 1] - z[1])
                : z[0] + v * (z[SIDE] - z[0]) + u * (z[SIDE + 1] - z[SIDE]);
}

static itg_status make_plane(itg_call *call, plane *p, bool *flat, itg_error *error) {
  const double *values[2] = {p->x, p->y}, *axes[2] = {p->axis[0], p->axis[1]};
  double squares = 0, bandwidth = itg_call_number(call, "bandwidth");
  const int size[2] = {SIDE, SIDE};
  p->total = 0;
  for (int64_t i = 0; i < p->n; i++) {
    double w = p->weight ? p->weight[i] : 1;
    p->total += w;
    squares += w * w;
  }
  double effective = p->n ? p->total * p->total / squares : 0;
  if (isnan(bandwidth)) bandwidth = pow(effective, -1.0 / 6);
  for (int a = 0; a < 2; a++) {
    double mean = 0, square = 0, low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < p->n; i++) {
      mean += (p->weight ? p->weight[i] : 1) * values[a][i] / p->total;
      low = fmin(low, values[a][i]), high = fmax(high, values[a][i]);
    }
    for (int64_t i = 0; i < p->n; i++)
      square += (p->weight ? p->weight[i] : 1) * (values[a][i] - mean) * (values[a][i] - mean);
    double sd = sqrt(square / p->total * (double)p->n / (double)(p->n - 1));
    if (p->n < 3 || !(sd > 1e-12 * fmax(fabs(low), fabs(high)))) return *flat = true, ITG_OK;
    p->kernel[a] = bandwidth * sd;
    low -= 6 * p->kernel[a], high += 6 * p->kernel[a]; /* where next to nothing is left */
    for (int i = 0; i < SIDE; i++) p->axis[a][i] = low + i * ((high - low) / (SIDE - 1));
  }
  ITG_TRY(itg_check_stop(&call->control, 0.9, error));
  itg_density(p->x, p->y, p->weight, p->n, p->kernel, axes, size, p->z);
  for (int i = 0; i < SIDE * SIDE; i++) p->peak = fmax(p->peak, p->z[i]);
  p->at = itg_call_alloc(call, (size_t)p->n, sizeof *p->at, error);
  if (!p->at) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < p->n; i++) p->at[i] = between(p, p->x[i], p->y[i]);
  return ITG_OK;
}

/* ---- levels ---- */

typedef struct held {
  double density, weight;
} held;

static int falling(const void *a, const void *b) {
  double x = ((const held *)a)->density, y = ((const held *)b)->density;
  return (x < y) - (x > y);
}

/* Densities of the levels: below none of the points that make up the share, the densest first; or shares of
 * the highest density. */
static itg_status find_levels(itg_call *call, const plane *p, itg_contours *out, itg_error *error) {
  bool peak = strcmp(itg_call_text(call, "contour_of"), "peak") == 0;
  held *order = itg_call_alloc(call, (size_t)p->n, sizeof *order, error);
  if (!order) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < p->n; i++) order[i] = (held){p->at[i], p->weight ? p->weight[i] : 1};
  qsort(order, (size_t)p->n, sizeof *order, falling);
  for (int k = 0; k < out->n_levels; k++) {
    double inside = 0, wanted = out->level[k] * p->total * (1 - 1e-12);
    int64_t i = 0;
    if (peak) {
      out->density[k] = out->level[k] * p->peak;
      for (; i < p->n && order[i].density >= out->density[k]; i++) inside += order[i].weight;
    } else {
      for (; i < p->n && inside < wanted; i++) inside += order[i].weight, out->density[k] = order[i].density;
    }
    out->share[k] = inside / p->total;
    out->relative[k] = out->density[k] / p->peak;
  }
  return ITG_OK;
}

/* ---- lines ---- */

/* A line goes through edges of the triangles: along, up or across a cell, by kind 0, 1, 2. */
static int edge_between(int a, int b) {
  int low = a < b ? a : b, step = abs(a - b);
  return 3 * low + (step == 1 ? 0 : step == SIDE ? 1 : 2);
}

static void point_on(const plane *p, int edge, double level, double *x, double *y) {
  static const int steps[3][2] = {{1, 0}, {0, 1}, {1, 1}};
  const int *step = steps[edge % 3];
  int a = edge / 3, i = a % SIDE, j = a / SIDE;
  double from = p->z[a], to = p->z[a + step[0] + step[1] * SIDE], share = (level - from) / (to - from);
  *x = p->axis[0][i] + share * (p->axis[0][i + step[0]] - p->axis[0][i]);
  *y = p->axis[1][j] + share * (p->axis[1][j + step[1]] - p->axis[1][j]);
}

/* The two edges that each line leaves an edge for. */
static void join_edges(const plane *p, double level, int (*next)[2]) {
  for (int e = 0; e < EDGES; e++) next[e][0] = next[e][1] = -1;
  for (int a = 0; a + SIDE + 1 < SIDE * SIDE; a++) {
    if (a % SIDE == SIDE - 1) continue;
    const int halves[2][3] = {{a, a + 1, a + SIDE + 1}, {a, a + SIDE, a + SIDE + 1}};
    for (int h = 0; h < 2; h++) {
      int crossed[3], n = 0;
      for (int c = 0; c < 3; c++) {
        int from = halves[h][c], to = halves[h][(c + 1) % 3];
        if ((p->z[from] >= level) != (p->z[to] >= level)) crossed[n++] = edge_between(from, to);
      }
      for (int c = 0; n == 2 && c < 2; c++)
        next[crossed[c]][next[crossed[c]][0] < 0 ? 0 : 1] = crossed[1 - c];
    }
  }
}

/* Lines from one open end to the other, if they leave the grid, and then closed ones, which end where they
 * began. */
static void trace_level(const plane *p, int k, itg_contours *out, int (*next)[2], int64_t *n_points) {
  int32_t line = 0;
  join_edges(p, out->density[k], next);
  for (int closed = 0; closed < 2; closed++)
    for (int start = 0; start < EDGES; start++) {
      if (next[start][0] < 0 || (!closed && next[start][1] >= 0)) continue;
      itg_contour_line *l = &out->lines[out->n_lines++];
      *l = (itg_contour_line){.level = k, .line = ++line, .first = *n_points};
      for (int at = start, from = -1; at >= 0 && next[at][0] >= 0;) {
        int to = next[at][0] == from ? next[at][1] : next[at][0];
        point_on(p, at, out->density[k], &out->x[*n_points], &out->y[*n_points]);
        ++*n_points;
        next[at][0] = next[at][1] = -1;
        from = at;
        at = to;
      }
      if (closed) {
        out->x[*n_points] = out->x[l->first];
        out->y[(*n_points)++] = out->y[l->first];
      }
      l->n = *n_points - l->first;
    }
}

static itg_status trace(itg_call *call, const plane *p, itg_contours *out, itg_error *error) {
  int(*next)[2] = itg_call_alloc(call, EDGES, sizeof *next, error);
  if (!next) return ITG_ERR_MEMORY;
  size_t crossed = 0;
  for (int k = 0; k < out->n_levels; k++) {
    join_edges(p, out->density[k], next);
    for (int e = 0; e < EDGES; e++) crossed += next[e][0] >= 0;
  }
  out->lines = itg_call_alloc(call, crossed, sizeof *out->lines, error); /* each has edges of its own */
  out->x = itg_call_alloc(call, 2 * crossed, sizeof *out->x, error);
  out->y = itg_call_alloc(call, 2 * crossed, sizeof *out->y, error);
  if (!out->lines || !out->x || !out->y) return ITG_ERR_MEMORY;
  int64_t n_points = 0;
  for (int k = 0; k < out->n_levels; k++) trace_level(p, k, out, next, &n_points);
  return ITG_OK;
}

itg_status itg_contours_make(itg_call *call, const double *x, const double *y, const double *weight,
                             int64_t n, itg_contours *out, itg_error *error) {
  static const char *const needless[] = {"contour_of", "bandwidth"};
  plane *p = itg_call_alloc(call, 1, sizeof *p, error);
  int count;
  bool flat = false;
  memset(out, 0, sizeof *out);
  if (!p) return ITG_ERR_MEMORY;
  ITG_TRY(itg_call_list(call, "contours", &out->level, &count, error));
  for (int i = 0; i < 2 && !count; i++)
    if (itg_call_given(call, needless[i]))
      return itg_fail(error, ITG_ERR_OPTION,
                      "'%s' does nothing without 'contours'; give these, such as [0.5, 0.95]", needless[i]);
  for (int k = 0; k < count; k++)
    if (!(out->level[k] > 0 && out->level[k] < 1))
      return itg_fail(error, ITG_ERR_OPTION, "'contours' must be above 0 and below 1");
  if (itg_call_number(call, "bandwidth") <= 0)
    return itg_fail(error, ITG_ERR_OPTION, "'bandwidth' must be above 0");
  if (!count) return ITG_OK;
  double *kept[3];
  for (int k = 0; k < 3; k++)
    if (!(kept[k] = itg_call_alloc(call, (size_t)n, sizeof **kept, error))) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) {
    if (!isfinite(x[i]) || !isfinite(y[i])) continue;
    kept[0][p->n] = x[i], kept[1][p->n] = y[i];
    kept[2][p->n++] = weight ? weight[i] : 1;
  }
  p->x = kept[0], p->y = kept[1], p->weight = weight ? kept[2] : NULL;
  ITG_TRY(make_plane(call, p, &flat, error));
  if (flat) return itg_result_note(call->result, error, "No contours: costs or effects do not vary.");
  out->n_levels = count;
  double **columns[] = {&out->share, &out->density, &out->relative};
  for (int k = 0; k < 3; k++)
    if (!(*columns[k] = itg_call_alloc(call, (size_t)count, sizeof(double), error))) return ITG_ERR_MEMORY;
  ITG_TRY(find_levels(call, p, out, error));
  return trace(call, p, out, error);
}
