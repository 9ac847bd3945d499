/* itg_cea_bootstrap.c - the increments in every replicate, from resampled sums of products.
 *
 * A record is a patient, or a cluster with its patients' sums.  Its columns are the weight (when patients or
 * clusters differ in it), the deviations of cost, effect and covariates, and the products of covariates with
 * all of these (and of cost and effect, where both equations are solved together).  Where clusters hold
 * patients of several arms there is one such block of columns per arm. */
#include <math.h>
#include <string.h>

#include "itg_cea.h"
#include "itg_random.h"
#include "itg_resample.h"
#include "itg_thread.h"

typedef struct plan {
  itg_call *call;
  const itg_study *study;
  const itg_fit *fit;
  itg_replicates *out;
  itg_resample resample;
  int p, width;         /* covariates, columns of a block */
  bool weighs;          /* column 0 is the weight */
  bool clusters;        /* are the records */
  bool members;         /* are drawn after their clusters */
  bool spans;           /* records have a block for each arm */
  int32_t *arm_of;      /* stratum -> arm, unless blocks span */
  int64_t first, count; /* replicates to make */
  int64_t *singular;    /* by batch */
} plan;

/* Places within a block. */
static int at_outcome(const plan *b, int g) { return b->weighs + g; }
static int at_covariate(const plan *b, int k) { return b->weighs + ITG_OUTCOMES + k; }
static int at_product(const plan *b, int k, int l) { /* l <= k */
  return b->weighs + ITG_OUTCOMES + b->p + k * (k + 1) / 2 + l;
}
static int at_cross(const plan *b, int k, int g) {
  return b->weighs + ITG_OUTCOMES + b->p + b->p * (b->p + 1) / 2 + 2 * k + g;
}

static int at_square(const plan *b, int place) {
  return b->weighs + ITG_OUTCOMES + b->p + b->p * (b->p + 1) / 2 + 2 * b->p + place;
}

/* ---- records ---- */

static void add_patient(const plan *b, int64_t i, double *block, int64_t stride) {
  const itg_fit *f = b->fit;
  double w = b->study->weight[i];
  if (b->weighs) block[0] += w;
  for (int g = 0; g < ITG_OUTCOMES; g++) block[at_outcome(b, g) * stride] += w * f->d[g][i];
  for (int g = 0; b->study->together && g < ITG_OUTCOMES; g++)
    for (int h = 0; h <= g; h++) block[at_square(b, g + h) * stride] += w * f->d[g][i] * f->d[h][i];
  for (int k = 0; k < b->p; k++) {
    double wu = w * f->u[k][i];
    block[at_covariate(b, k) * stride] += wu;
    for (int l = 0; l <= k; l++) block[at_product(b, k, l) * stride] += wu * f->u[l][i];
    for (int g = 0; g < ITG_OUTCOMES; g++) block[at_cross(b, k, g) * stride] += wu * f->d[g][i];
  }
}

/* Stratum of each record: arm (unless clusters span arms) by stratum of the randomisation. */
static int32_t stratum_of(const plan *b, int64_t patient) {
  const itg_study *s = b->study;
  int32_t arm = b->spans ? 0 : s->arm[patient], stratum = s->stratum ? s->stratum[patient] : 0;
  return arm * (s->stratum ? s->n_strata : 1) + stratum;
}

/* First patient of each cluster.  Clusters are drawn within strata, so each needs one; those whose patients
 * are drawn as well need one arm. */
static itg_status check_clusters(plan *b, int32_t *first, itg_error *error) {
  const itg_study *s = b->study;
  for (int32_t c = 0; c < s->n_clusters; c++) first[c] = -1;
  for (int64_t i = 0; i < s->n; i++) {
    int32_t c = s->cluster[i];
    if (first[c] < 0) first[c] = (int32_t)i;
    if (s->arm[i] != s->arm[first[c]]) b->spans = true;
    if (s->stratum && s->stratum[i] != s->stratum[first[c]])
      return itg_call_fail(
          b->call, error, ITG_ERR_DATA, "stratum", -1,
          "a cluster stands in two strata; clusters are drawn within strata, so each needs one");
  }
  if (b->spans && b->members)
    return itg_call_fail(
        b->call, error, ITG_ERR_DATA, "cluster", -1,
        "a cluster holds patients of two arms; the two-stage bootstrap draws clusters within "
        "arms; set bootstrap: cluster");
  return ITG_OK;
}

/* Order of patients by cluster, for those that are drawn within theirs. */
static itg_status by_cluster(const plan *b, int64_t **order, itg_error *error) {
  const itg_study *s = b->study;
  int64_t *start = itg_call_alloc(b->call, (size_t)s->n_clusters + 1, sizeof *start, error);
  *order = itg_call_alloc(b->call, (size_t)s->n, sizeof **order, error);
  if (!start || !*order) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < s->n; i++) start[s->cluster[i] + 1]++;
  for (int32_t c = 0; c < s->n_clusters; c++) start[c + 1] += start[c];
  for (int64_t i = 0; i < s->n; i++) (*order)[start[s->cluster[i]]++] = i;
  return ITG_OK;
}

/* Where clusters begin in each stratum, once records have their places by cluster. */
static itg_status mark_clusters(const plan *b, const int64_t *order, const int *kept, itg_stratum *strata,
                                int used, itg_error *error) {
  const itg_study *s = b->study;
  int64_t **starts = itg_call_alloc(b->call, (size_t)used, sizeof *starts, error), *seen;
  if (!starts || !(seen = itg_call_alloc(b->call, (size_t)used, sizeof *seen, error))) return ITG_ERR_MEMORY;
  for (int t = 0; t < used; t++) {
    starts[t] = itg_call_alloc(b->call, (size_t)strata[t].n + 1, sizeof *starts[t], error);
    if (!starts[t]) return ITG_ERR_MEMORY;
    strata[t].start = starts[t];
  }
  for (int64_t k = 0; k < s->n; k++) {
    int t = kept[stratum_of(b, order[k])];
    bool same = k && s->cluster[order[k]] == s->cluster[order[k - 1]];
    if (!same) starts[t][strata[t].n_clusters++] = seen[t];
    starts[t][strata[t].n_clusters] = ++seen[t];
  }
  return ITG_OK;
}

static itg_status make_records(plan *b, const int32_t *first, itg_error *error) {
  const itg_study *s = b->study;
  int64_t n = b->clusters ? s->n_clusters : s->n, *order = NULL;
  int64_t *place = itg_call_alloc(b->call, (size_t)n, sizeof *place, error);
  if (!place) return ITG_ERR_MEMORY;
  if (b->members) ITG_TRY(by_cluster(b, &order, error));
  b->width = at_square(b, s->together ? 3 : 0);
  int n_strata = (b->spans ? 1 : s->n_arms) * (s->stratum ? s->n_strata : 1),
      blocks = b->spans ? s->n_arms : 1;
  int64_t *counts = itg_call_alloc(b->call, (size_t)n_strata, sizeof *counts, error);
  itg_stratum *strata = itg_call_alloc(b->call, (size_t)n_strata, sizeof *strata, error);
  int *kept = itg_call_alloc(b->call, (size_t)n_strata, sizeof *kept, error);
  b->arm_of = itg_call_alloc(b->call, (size_t)n_strata, sizeof *b->arm_of, error);
  if (!counts || !strata || !kept || !b->arm_of) return ITG_ERR_MEMORY;
  for (int64_t k = 0; k < n; k++) {
    int64_t r = order ? order[k] : k;
    ITG_PACE(b->call->pace, k, error);
    place[r] = counts[stratum_of(b, b->clusters ? first[r] : r)]++;
  }
  /* Strata that hold nobody are left out. */
  int used = 0;
  for (int t = 0; t < n_strata; t++) {
    kept[t] = counts[t] ? used : -1;
    if (!counts[t]) continue;
    int64_t stride = itg_resample_stride(counts[t]);
    double *columns = itg_call_alloc(b->call, (size_t)(stride * b->width * blocks), sizeof *columns, error);
    if (!columns) return ITG_ERR_MEMORY;
    b->arm_of[used] = b->spans ? 0 : t / (s->stratum ? s->n_strata : 1);
    strata[used++] = (itg_stratum){counts[t], stride, columns, 0, NULL};
  }
  if (order) ITG_TRY(mark_clusters(b, order, kept, strata, used, error));
  for (int64_t i = 0; i < s->n; i++) {
    const itg_stratum *t = &strata[kept[stratum_of(b, i)]];
    ITG_PACE(b->call->pace, i, error);
    int64_t record = place[b->clusters ? s->cluster[i] : i];
    double *block =
        (double *)t->columns + record + (b->spans ? (int64_t)s->arm[i] * b->width * t->stride : 0);
    add_patient(b, i, block, t->stride);
  }
  b->resample =
      (itg_resample){b->call->seed, b->clusters ? ITG_PURPOSE_BOOTSTRAP_CLUSTER : ITG_PURPOSE_BOOTSTRAP, used,
                     b->width * blocks, strata};
  return ITG_OK;
}

/* ---- one replicate ---- */

typedef struct room {
  double *sums, *block, *slopes, *work;
  itg_within within;
} room;

/* Sums of one arm. */
static void arm_block(const plan *b, const double *sums, int arm, double *block) {
  memset(block, 0, (size_t)b->width * sizeof *block);
  for (int t = 0; t < b->resample.n_strata; t++) {
    const double *from = sums + (int64_t)t * b->resample.n_columns;
    if (b->spans)
      from += (int64_t)arm * b->width;
    else if (b->arm_of[t] != arm)
      continue;
    for (int c = 0; c < b->width; c++) block[c] += from[c];
  }
}

/* Products within arms: sums of products, less those of the arms' means. */
static void find_within(const plan *b, const double *blocks, const double *total, itg_within *w) {
  int p = b->p;
  memset(w->xx, 0, (size_t)(p * p) * sizeof *w->xx);
  memset(w->xy, 0, (size_t)(2 * p) * sizeof *w->xy);
  memset(w->yy, 0, sizeof w->yy);
  for (int a = 0; a < b->study->n_arms; a++) {
    const double *x = blocks + a * b->width, *u = x + at_covariate(b, 0), *y = x + at_outcome(b, 0);
    for (int k = 0; k < p; k++) {
      for (int l = 0; l <= k; l++) w->xx[k * p + l] += x[at_product(b, k, l)] - u[k] * u[l] / total[a];
      for (int g = 0; g < ITG_OUTCOMES; g++)
        w->xy[2 * k + g] += x[at_cross(b, k, g)] - u[k] * y[g] / total[a];
    }
    for (int g = 0; b->study->together && g < ITG_OUTCOMES; g++)
      for (int h = 0; h <= g; h++) w->yy[g + h] += x[at_square(b, g + h)] - y[g] * y[h] / total[a];
  }
  for (int k = 0; k < p; k++)
    for (int l = 0; l < k; l++) w->xx[l * p + k] = w->xx[k * p + l];
}

static bool find_increments(const plan *b, const double *sums, room *room, double *increments) {
  const itg_study *s = b->study;
  double *blocks = room->block, *total = blocks + s->n_arms * b->width, n = 0, sigma[4];
  for (int a = 0; a < s->n_arms; a++) {
    arm_block(b, sums, a, blocks + a * b->width);
    total[a] = b->weighs ? blocks[a * b->width] : (double)s->n_in[a];
    if (!(total[a] > 0)) return false;
    n += total[a];
  }
  if (b->p) {
    find_within(b, blocks, total, &room->within);
    if (!itg_slopes_find(s, &room->within, n, s->together, room->slopes, sigma, NULL, room->work))
      return false;
  }
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    const double *r = blocks + s->reference * b->width;
    for (int a = 0; a < s->n_arms; a++) {
      const double *x = blocks + a * b->width;
      double delta = b->fit->mean[g][a] - b->fit->mean[g][s->reference] +
                     (x[at_outcome(b, g)] / total[a] - r[at_outcome(b, g)] / total[s->reference]);
      for (int k = 0; k < b->p; k++) {
        const double *mean = b->fit->u_mean + k * s->n_arms;
        delta -=
            room->slopes[g * b->p + k] * (mean[a] - mean[s->reference] + x[at_covariate(b, k)] / total[a] -
                                          r[at_covariate(b, k)] / total[s->reference]);
      }
      increments[g * s->n_arms + a] = a == s->reference ? 0 : delta;
    }
  }
  return true;
}

static itg_status make_batch(void *payload, int64_t index, itg_error *error) {
  plan *b = payload;
  const itg_study *s = b->study;
  int64_t first = b->first + index * ITG_RESAMPLE_BATCH, left = b->first + b->count - first;
  int count = left < ITG_RESAMPLE_BATCH ? (int)left : ITG_RESAMPLE_BATCH;
  size_t row = (size_t)b->resample.n_strata * (size_t)b->resample.n_columns, arms = (size_t)s->n_arms,
         p = (size_t)b->p;
  itg_arena *arena = itg_arena_new();
  room room = {.within = {.p = b->p}};
  double *increments = NULL;
  itg_status status = ITG_OK;
  if (!arena || !(room.sums = itg_arena_alloc(arena, ITG_RESAMPLE_BATCH * row, sizeof(double))) ||
      !(room.block = itg_arena_alloc(arena, arms * (size_t)b->width + arms, sizeof(double))) ||
      !(room.within.xx = itg_arena_alloc(arena, p * p, sizeof(double))) ||
      !(room.within.xy = itg_arena_alloc(arena, 2 * p, sizeof(double))) ||
      !(room.slopes = itg_arena_alloc(arena, 2 * p, sizeof(double))) ||
      !(room.work = itg_arena_alloc(arena, (size_t)itg_slopes_room(b->p), sizeof(double))) ||
      !(increments = itg_arena_alloc(arena, ITG_OUTCOMES * arms, sizeof(double))))
    status = itg_fail_memory(error);
  if (!status) status = itg_resample_sums(&b->resample, (uint32_t)first, count, room.sums, error);
  for (int r = 0; !status && r < count; r++) {
    bool fine = find_increments(b, room.sums + (size_t)r * row, &room, increments);
    b->singular[index] += !fine;
    for (int a = 0; a < s->n_arms; a++) {
      b->out->cost[a * b->out->n + first + r] = fine ? increments[ITG_COST * s->n_arms + a] : NAN;
      b->out->effect[a * b->out->n + first + r] = fine ? increments[ITG_EFFECT * s->n_arms + a] : NAN;
    }
  }
  itg_arena_free(arena);
  return status;
}

itg_status itg_replicates_open(itg_call *call, int n_arms, int64_t n, itg_replicates *out, itg_error *error) {
  *out = (itg_replicates){.n = n, .n_arms = n_arms};
  out->cost = itg_call_alloc(call, (size_t)(n * n_arms), sizeof *out->cost, error);
  out->effect = itg_call_alloc(call, (size_t)(n * n_arms), sizeof *out->effect, error);
  return out->cost && out->effect ? ITG_OK : ITG_ERR_MEMORY;
}

itg_status itg_replicates_fill(itg_call *call, const itg_study *study, const itg_fit *fit, int64_t first,
                               int64_t count, itg_replicates *out, itg_error *error) {
  plan b = {.call = call,
            .study = study,
            .fit = fit,
            .out = out,
            .p = study->n_covariates,
            .first = first,
            .count = count};
  if (!count) return ITG_OK;
  const char *asked = itg_call_text(call, "bootstrap");
  b.members = strcmp(asked, "twostage") == 0;
  b.clusters = study->cluster && !b.members && strcmp(asked, "patient") != 0;
  int32_t *first_of = itg_call_alloc(call, (size_t)study->n_clusters, sizeof *first_of, error);
  if (!first_of) return ITG_ERR_MEMORY;
  if (b.clusters || b.members) ITG_TRY(check_clusters(&b, first_of, error));
  if (b.members && itg_call_flag(call, "shrinkage"))
    return itg_replicates_twostage(call, study, fit, first, count, out, error);
  b.weighs = b.clusters || b.members;
  for (int64_t i = 0; i < study->n && !b.weighs; i++) b.weighs = study->weight[i] != 1;
  int64_t tasks = (count + ITG_RESAMPLE_BATCH - 1) / ITG_RESAMPLE_BATCH;
  b.singular = itg_call_alloc(call, (size_t)tasks, sizeof *b.singular, error);
  if (!b.singular) return ITG_ERR_MEMORY;
  ITG_TRY(make_records(&b, first_of, error));
  ITG_TRY(itg_parallel(&call->control, tasks, make_batch, &b, error));
  for (int64_t t = 0; t < tasks; t++) out->n_singular += b.singular[t];
  return ITG_OK;
}
