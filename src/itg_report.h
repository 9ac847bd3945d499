/* itg_report.h - layer 4: the page of an evaluation.  itg_report.c writes its sections; one file per
 * family of measures draws the pictures; itg_report_part.c holds what they share.
 *
 * Everything here appends to the page, whose `failed` flag tells in the end whether memory sufficed. */
#ifndef ITG_REPORT_H
#define ITG_REPORT_H

#include "itg_evaluation.h"
#include "itg_svg.h"

typedef struct itg_report {
  const itg_evaluation *evaluation;
  itg_text *out;
  itg_arena *arena;
  int n_figures;                /* for unique ids */
  const itg_node **definitions; /* by analysis: the definition it used; NULL none or not looked for yet */
} itg_report;

/* How a measure is shown. */
typedef struct itg_report_part {
  const char *measure;
  const char *chapter; /* id of the section it belongs to: "integration", "performance", "economics" */
  /* One or two sentences with the main numbers, in plain words (HTML is escaped by the caller). */
  void (*say)(itg_report *report, const itg_analysis *analysis, itg_text *out);
  void (*draw)(itg_report *report, const itg_analysis *analysis); /* pictures, with their captions */
} itg_report_part;

void itg_report_matrix_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_matrix_draw(itg_report *report, const itg_analysis *analysis);
void itg_report_scorecard_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_scorecard_draw(itg_report *report, const itg_analysis *analysis);
void itg_report_maturity_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_maturity_draw(itg_report *report, const itg_analysis *analysis);
void itg_report_items_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_items_draw(itg_report *report, const itg_analysis *analysis);
void itg_report_points_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_points_draw(itg_report *report, const itg_analysis *analysis);
void itg_report_cea_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_cea_draw(itg_report *report, const itg_analysis *analysis);
void itg_report_voi_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_voi_draw(itg_report *report, const itg_analysis *analysis);
void itg_report_costs_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_costs_draw(itg_report *report, const itg_analysis *analysis);
void itg_report_costing_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_costing_draw(itg_report *report, const itg_analysis *analysis);
void itg_report_investment_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_investment_draw(itg_report *report, const itg_analysis *analysis);

/* For every other measure: estimates as dots with their intervals, a panel per unit. */
void itg_report_dots_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_dots_draw(itg_report *report, const itg_analysis *analysis);

/* The same of some scales only. */
void itg_report_dots_draw_scales(itg_report *report, const itg_analysis *analysis, const char *const *scales, int n);

/* Rows of the estimates that are read first, best first, and their number: what the measure is asked for, of all
 * groups before one, at the last time, the score `total` before others (itg_report_headline.c). */
enum { ITG_REPORT_HEADLINES = 3 };
int itg_report_headlines(const itg_table *estimates, int64_t rows[ITG_REPORT_HEADLINES]);
/* All rows scale by scale, those that are read first in front; NULL when memory is short. */
int64_t *itg_report_order(itg_report *report, const itg_table *estimates);

/* Utilities and QALYs. */
void itg_report_health_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_health_draw(itg_report *report, const itg_analysis *analysis);

/* The section of sources (itg_report_sources.c): measures, definitions with hash and licence, choices. */
void itg_report_sources(itg_report *report);

/* ---- shared (itg_report_part.c) ---- */

/* Memory that lives as long as the report; NULL marks the page as failed. */
void *itg_report_alloc(itg_report *report, size_t count, size_t size);

/* Release a text that went into the page; if it failed for want of memory, so has the page. */
void itg_report_drop(itg_text *page, itg_text *part);

/* Cells by column name; NaN or NULL when the column or the value is absent. */
double itg_cell_number(const itg_table *table, const char *column, int64_t row);
const char *itg_cell_text(const itg_table *table, const char *column, int64_t row,
                          char buffer[ITG_NUMBER_SIZE]);
bool itg_cell_is(const itg_table *table, const char *column, int64_t row, const char *text);
/* No group, or every group is "all". */
bool itg_row_is_whole(const itg_table *estimates, int64_t row);
/* Row of "estimates" with this scale for the whole; -1 none. */
int64_t itg_row_of_scale(const itg_table *estimates, const char *scale);
/* Row of this scale for the groups of another row; -1 none. */
int64_t itg_row_beside(const itg_table *estimates, const char *scale, int64_t like);
/* The grouping columns of a table of estimates: the first and the number of them. */
int itg_group_columns(const itg_table *estimates, int *first);
/* Labels of the groups of a row, ", " between them, a number with the name of its column; nothing when there
 * are none. */
void itg_group_label(const itg_table *estimates, int64_t row, itg_text *out);

/* ---- groups of persons, made by option by: a panel for each, the first few (itg_report_group.c) ---- */

enum { ITG_REPORT_GROUPS = 4 };

typedef struct itg_report_group {
  const itg_analysis *analysis;
  const char *label;          /* NULL: not analysed by groups */
  int n_columns;              /* columns of option by, which come first in the other tables */
  const itg_table *estimates; /* the rows of this group */
} itg_report_group;

/* The groups, ITG_REPORT_GROUPS at most, in order of appearance; *all is how many there are.  One without a
 * label where there are none; 0 when memory is short.  `own` names the columns, up to NULL, that a measure
 * itself adds to its estimates; the first of them ends those of option by. */
int itg_report_groups(itg_report *report, const itg_analysis *analysis, const char *const *own,
                      itg_report_group *out, int *all);
/* Rows of the group in another table of the result; NULL: no such table, or no row. */
const itg_table *itg_report_group_table(itg_report *report, const itg_report_group *group, const char *name);
/* "title: group" and "group. caption", in memory of the report. */
const char *itg_report_group_title(itg_report *report, const itg_report_group *group, const char *title);
const char *itg_report_group_caption(itg_report *report, const itg_report_group *group, const char *caption);
/* That further groups are in the tables, where there are more than are drawn. */
void itg_report_group_rest(itg_report *report, int drawn, int all);

/* The plane of increments (columns effect, cost) of one arm (NULL: of all rows); `point` says what a point is
 * (itg_report_cea.c). */
void itg_report_plane(itg_report *report, const itg_report_group *group, const itg_table *table,
                      const char *arm, double threshold, const char *point);

/* One line for each value of `by` (NULL: one line), y over x from 0 to `most` (itg_report_lines.c). */
typedef struct itg_report_lines {
  const itg_table *table;
  const char *by, *x, *y;
  const char *title, *x_title, *y_title, *caption;
  double most;
  bool steps, probability;
  const itg_table *behind; /* NULL, or whose column behind_y is drawn as a broad pale line: the frontier */
  const char *behind_y, *behind_words;
  bool by_height; /* lines in order of how high they rise, not of appearance */
} itg_report_lines;
void itg_report_lines_draw(itg_report *report, const itg_report_lines *lines);

/* Net benefit over the values of the parameter with the widest bar, and the map over two (itg_report_sensitivity.c). */
void itg_report_one_way(itg_report *report, const itg_report_group *group);
void itg_report_map_say(itg_report *report, const itg_analysis *analysis, itg_text *out);
void itg_report_map_draw(itg_report *report, const itg_analysis *analysis);

/* Cost over effect of the strategies, with the frontier (itg_report_frontier.c). */
void itg_report_frontier(itg_report *report, const itg_report_group *group, const itg_table *table);

/* A number as its unit is read: percent with one decimal, utilities with three, currency in whole units.
 * Display only. */
void itg_report_number(itg_text *out, double value, const char *unit);
/* "estimate unit (interval low to high)" of a row of a table; `interval` is what the brackets are called, or "". */
void itg_report_value(itg_text *out, const itg_table *table, const char *interval, int64_t row);
/* The same of a row of the estimates, "95% interval". */
void itg_report_estimate(itg_text *out, const itg_analysis *analysis, int64_t row);
/* The definition that an analysis used, as its provenance names it; NULL none. */
const itg_node *itg_report_definition(itg_report *report, const itg_analysis *analysis);
/* Title (or label) of the entry `id` in a list of the definition (clusters, items, ...); else `id` itself. */
const char *itg_report_title(itg_report *report, const itg_analysis *analysis, const char *list,
                             const char *id);
/* Unit in words: "" for units that need none. */
const char *itg_unit_word(const char *unit);
/* The words of an id: underscores and hyphens become spaces, the first letter a capital. */
void itg_report_words(itg_text *out, const char *id);
/* "2 rows", "1 row". */
void itg_report_count(itg_text *out, int64_t n, const char *one, const char *many);

/* A picture: <figure> with a caption; between them the <svg>. */
void itg_figure_open(itg_report *report, char id[16]);
void itg_figure_close(itg_report *report, const char *caption);
/* Upright lines from top to bottom at the ticks of an axis, that of 0 dark, and their labels below. */
void itg_report_ticks(itg_text *page, const itg_axis *axis, double top, double bottom);

/* A table behind a <details> line; long ones are cut and say where the whole stands. */
void itg_report_details(itg_report *report, const itg_analysis *analysis, const itg_table *table, bool open);

/* Where a text too long for `width` pixels goes on in a second line: the last blank that fits; 0: no need. */
size_t itg_svg_break(const char *text, double width);
/* Text that fits `width` pixels at the size of 12 px labels, with an ellipsis where it was cut. */
void itg_svg_label(itg_report *report, double x, double y, double width, const char *style, const char *text);

/* Grid, tick labels and titles of a plane of two axes. */
void itg_report_axes(itg_text *out, const itg_axis *x, const itg_axis *y, const char *x_title,
                     const char *y_title);

#endif
