/* test_svg.c - pictures: escaping, scales, colours that can be told apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_svg.h"

static char *taken(itg_text *text) {
  char *out = NULL;
  assert_int_equal(itg_text_take(text, &out, NULL), ITG_OK);
  return out;
}

static void a_picture_has_role_title_and_description(void **state) {
  (void)state;
  itg_text out = ITG_TEXT_EMPTY;
  itg_svg_open(&out, "fig1", 200, 100.5, "Costs", "Two dots");
  itg_svg_close(&out);
  char *svg = taken(&out);
  assert_non_null(strstr(svg, "role=\"img\" aria-labelledby=\"fig1-title fig1-desc\""));
  assert_non_null(strstr(svg, "<title id=\"fig1-title\">Costs</title>"));
  assert_non_null(strstr(svg, "<desc id=\"fig1-desc\">Two dots</desc>"));
  assert_non_null(strstr(svg, "viewBox=\"0 0 200 100.50\""));
  free(svg);
}

static void text_of_users_cannot_become_markup(void **state) {
  (void)state;
  itg_text out = ITG_TEXT_EMPTY;
  itg_svg_open(&out, "a\"b", 10, 10, "<script>", "&\"'");
  itg_svg_text(&out, 1, 2, "", "</text><script>x</script>");
  itg_svg_close(&out);
  char *svg = taken(&out);
  assert_null(strstr(svg, "<script"));
  assert_non_null(strstr(svg, "&lt;/text&gt;&lt;script&gt;"));
  assert_non_null(strstr(svg, "&amp;&quot;&#39;"));
  assert_non_null(strstr(svg, "a&quot;b-title"));
  free(svg);
}

static void coordinates_are_short_and_have_a_point(void **state) {
  (void)state;
  itg_text out = ITG_TEXT_EMPTY;
  double x[] = {0, 1.0 / 3}, y[] = {10.999, -2.5};
  itg_svg_polyline(&out, x, y, 2, "fill=\"none\"");
  char *svg = taken(&out);
  assert_string_equal(svg, "<polyline points=\"0,11 0.33,-2.50\" fill=\"none\"/>\n");
  free(svg);
}

static void every_mark_has_its_own_shape(void **state) {
  (void)state;
  char *shapes[ITG_MARK_CROSS + 1];
  for (int i = 0; i <= ITG_MARK_CROSS; i++) {
    itg_text out = ITG_TEXT_EMPTY;
    itg_svg_mark(&out, (itg_mark)i, 10, 10, 5, "");
    shapes[i] = taken(&out);
    for (int j = 0; j < i; j++) assert_string_not_equal(shapes[i], shapes[j]);
  }
  for (int i = 0; i <= ITG_MARK_CROSS; i++) free(shapes[i]);
}

static void an_axis_covers_its_data_with_round_ticks(void **state) {
  (void)state;
  static const double ends[][2] = {{0, 100},    {3.2, 3.9},      {-812, 1433}, {1e-7, 3e-7}, {-5, -4.2},
                                   {0, 0.0001}, {12345, 987654}, {-1e9, 1e9},  {0.1, 0.3},   {0, 7}};
  for (size_t i = 0; i < ITG_COUNT(ends); i++) {
    itg_axis axis;
    itg_axis_make(&axis, ends[i][0], ends[i][1], 6, 100, 400);
    assert_true(axis.low <= ends[i][0] + 1e-9 * axis.step && axis.high >= ends[i][1] - 1e-9 * axis.step);
    assert_in_range(axis.n_ticks, 3, 12);
    assert_true(fabs(axis.ticks[0] - axis.low) < 1e-9 * axis.step);
    assert_true(fabs(axis.ticks[axis.n_ticks - 1] - axis.high) < 1e-6 * axis.step);
    assert_true(fabs(itg_axis_at(&axis, axis.low) - 100) < 1e-9 &&
                fabs(itg_axis_at(&axis, axis.high) - 400) < 1e-9);
    double power = pow(10, floor(log10(axis.step) + 1e-9)), lead = axis.step / power;
    assert_true(fabs(lead - 1) < 1e-9 || fabs(lead - 2) < 1e-9 || fabs(lead - 2.5) < 1e-9 ||
                fabs(lead - 5) < 1e-9);
  }
}

static void an_axis_mends_impossible_ends(void **state) {
  (void)state;
  static const double ends[][2] = {{5, 5}, {0, 0}, {NAN, 1}, {0, INFINITY}, {9, -9}, {-3, -3}};
  for (size_t i = 0; i < ITG_COUNT(ends); i++) {
    itg_axis axis;
    itg_axis_make(&axis, ends[i][0], ends[i][1], 5, 0, 100);
    assert_true(isfinite(axis.low) && isfinite(axis.high) && axis.low < axis.high && axis.n_ticks >= 2);
    if (isfinite(ends[i][0]) && isfinite(ends[i][1]))
      assert_true(axis.low <= fmin(ends[i][0], ends[i][1]) && axis.high >= fmax(ends[i][0], ends[i][1]));
  }
}

static void tick_labels_have_the_decimals_of_the_step(void **state) {
  (void)state;
  static const struct {
    double low, high, tick;
    const char *label;
  } cases[] = {{0, 1, 0.2, "0.2"},
               {0, 100, 40, "40"},
               {0, 30000, 10000,
                "10\xC2\xA0"
                "000"},
               {-1, 1, -0.5,
                "\xE2\x88\x92"
                "0.5"}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    itg_axis axis;
    itg_text out = ITG_TEXT_EMPTY;
    itg_axis_make(&axis, cases[i].low, cases[i].high, 5, 0, 1);
    itg_axis_label(&axis, cases[i].tick, &out);
    char *label = taken(&out);
    assert_string_equal(label, cases[i].label);
    free(label);
  }
}

static void grouped_numbers_keep_their_digits_together(void **state) {
  (void)state;
  static const struct {
    double value;
    int decimals;
    const char *text;
  } cases[] = {{0, 0, "0"},
               {1234, 0, "1234"},
               {12345, 0,
                "12\xC2\xA0"
                "345"},
               {-1234567.891, 2,
                "\xE2\x88\x92"
                "1\xC2\xA0"
                "234\xC2\xA0"
                "567.89"},
               {0.5, 3, "0.500"},
               {-0.0001, 2, "0.00"}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    itg_text out = ITG_TEXT_EMPTY;
    itg_text_grouped(&out, cases[i].value, cases[i].decimals);
    char *text = taken(&out);
    assert_string_equal(text, cases[i].text);
    free(text);
  }
}

static void numbers_in_cells_can_be_read_on_every_colour(void **state) {
  (void)state;
  char fill[ITG_COLOUR_SIZE];
  for (int i = 0; i <= 100; i++) {
    itg_colour_sequential(i / 100.0, fill);
    assert_true(itg_colour_contrast(fill, itg_colour_ink(fill)) >= 4.5);
    itg_colour_diverging(i / 50.0 - 1, fill);
    assert_true(itg_colour_contrast(fill, itg_colour_ink(fill)) >= 4.5);
  }
}

static void palettes_rise_evenly_in_grey(void **state) {
  (void)state;
  char fill[ITG_COLOUR_SIZE];
  double last = 22;
  for (int i = 0; i <= 20; i++) {
    itg_colour_sequential(i / 20.0, fill);
    double now = itg_colour_contrast(fill, "#000000");
    assert_true(now < last);
    last = now;
  }
  for (int side = -1; side <= 1; side += 2) {
    last = 22;
    for (int i = 0; i <= 20; i++) {
      itg_colour_diverging(side * i / 20.0, fill);
      double now = itg_colour_contrast(fill, "#000000");
      assert_true(now < last);
      last = now;
    }
  }
}

static void colours_outside_the_scale_are_its_ends(void **state) {
  (void)state;
  char a[ITG_COLOUR_SIZE], b[ITG_COLOUR_SIZE];
  itg_colour_sequential(7, a);
  itg_colour_sequential(1, b);
  assert_string_equal(a, b);
  itg_colour_diverging(-3, a);
  itg_colour_diverging(-1, b);
  assert_string_equal(a, b);
}

/* WCAG 2.1, 1.4.11: graphic parts stand out from their ground by 3 to 1. */
static void lines_stand_out_from_paper(void **state) {
  (void)state;
  for (int i = 0; i < 4; i++) assert_true(itg_colour_contrast(itg_series_colours[i], "#ffffff") >= 3);
  assert_true(fabs(itg_colour_contrast("#000000", "#ffffff") - 21) < 1e-9);
  assert_true(itg_colour_contrast(ITG_INK_SOFT, "#ffffff") >= 4.5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_picture_has_role_title_and_description),
      cmocka_unit_test(text_of_users_cannot_become_markup),
      cmocka_unit_test(coordinates_are_short_and_have_a_point),
      cmocka_unit_test(every_mark_has_its_own_shape),
      cmocka_unit_test(an_axis_covers_its_data_with_round_ticks),
      cmocka_unit_test(an_axis_mends_impossible_ends),
      cmocka_unit_test(tick_labels_have_the_decimals_of_the_step),
      cmocka_unit_test(grouped_numbers_keep_their_digits_together),
      cmocka_unit_test(numbers_in_cells_can_be_read_on_every_colour),
      cmocka_unit_test(palettes_rise_evenly_in_grey),
      cmocka_unit_test(colours_outside_the_scale_are_its_ends),
      cmocka_unit_test(lines_stand_out_from_paper),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
