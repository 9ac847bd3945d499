/* itg_text.c - growing text; numbers to text and back, the same in every locale.
 *
 * Numbers are exact without tables of our own: m / 10^k is correctly rounded when both are exact
 * doubles (m < 2^53, k <= 22), which covers nearly all data.  The rest goes through the C library in a
 * form that holds no decimal point, so that the locale has nothing to say. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "itg_base.h"

/* ---- growing text ---- */

/* Room for `size` more bytes and the final NUL. */
static bool reserve(itg_text *text, size_t size) {
  if (text->failed) return false;
  if (size < text->capacity - text->size) return true;
  size_t capacity = text->capacity < 64 ? 64 : text->capacity;
  while (capacity - text->size <= size && capacity <= SIZE_MAX / 2) capacity *= 2;
  char *data = capacity - text->size > size ? itg_grow(text->data, capacity, 1) : NULL;
  if (!data) {
    text->failed = true;
    return false;
  }
  text->data = data;
  text->capacity = capacity;
  return true;
}

void itg_text_append(itg_text *text, const char *bytes, size_t size) {
  if (!reserve(text, size)) return;
  if (size) memcpy(text->data + text->size, bytes, size);
  text->size += size;
  text->data[text->size] = '\0';
}

void itg_text_add(itg_text *text, const char *string) { itg_text_append(text, string, strlen(string)); }

void itg_text_print(itg_text *text, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int size = vsnprintf(NULL, 0, format, arguments);
  if (size < 0) text->failed = true;
  if (size >= 0 && reserve(text, (size_t)size)) {
    vsnprintf(text->data + text->size, (size_t)size + 1, format, again);
    text->size += (size_t)size;
  }
  va_end(again);
  va_end(arguments);
}

void itg_text_html(itg_text *text, const char *string) {
  for (; *string; string++) {
    size_t plain = strcspn(string, "&<>\"'");
    itg_text_append(text, string, plain);
    string += plain;
    switch (*string) {
      case '&':
        itg_text_add(text, "&amp;");
        break;
      case '<':
        itg_text_add(text, "&lt;");
        break;
      case '>':
        itg_text_add(text, "&gt;");
        break;
      case '"':
        itg_text_add(text, "&quot;");
        break;
      case '\'':
        itg_text_add(text, "&#39;");
        break;
      default:
        return;
    }
  }
}

void itg_text_clear(itg_text *text) {
  free(text->data);
  *text = (itg_text)ITG_TEXT_EMPTY;
}

itg_status itg_text_take(itg_text *text, char **out, itg_error *error) {
  itg_text_append(text, "", 0);
  if (text->failed) {
    itg_text_clear(text);
    *out = NULL;
    return itg_fail_memory(error);
  }
  *out = text->data;
  *text = (itg_text)ITG_TEXT_EMPTY;
  return ITG_OK;
}

void itg_text_free(char *text) { free(text); }

/* ---- numbers to text ---- */

static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

enum { DIGITS_MAX = 17, POWER_MAX = 22 };

/* A decimal number: 0.d1 d2 ... dn times 10^point. */
typedef struct decimal {
  char digits[DIGITS_MAX + 1];
  int n, point;
} decimal;

static void trim_zeros(decimal *d) {
  while (d->n > 1 && d->digits[d->n - 1] == '0') d->n--;
}

/* The n digits nearest to value > 0.  Whatever the locale writes as point is skipped. */
static void round_digits(double value, int n, decimal *out) {
  char printed[64];
  snprintf(printed, sizeof printed, "%.*e", n - 1, value);
  const char *p = printed;
  for (out->n = 0; *p != 'e'; p++) {
    if (*p >= '0' && *p <= '9') out->digits[out->n++] = *p;
  }
  out->point = (int)strtol(p + 1, NULL, 10) + 1;
}

static double read_digits(const decimal *d) {
  char text[64];
  snprintf(text, sizeof text, "%.*se%d", d->n, d->digits, d->point - d->n);
  return strtod(text, NULL);
}

static bool is_power_of_two(double value) {
  int exponent;
  return frexp(value, &exponent) == 0.5;
}

/* The unit in the last place added. */
static void step_up(decimal *d) {
  int i = d->n - 1;
  for (; i >= 0 && d->digits[i] == '9'; i--) d->digits[i] = '0';
  if (i >= 0) {
    d->digits[i]++;
  } else {
    d->digits[0] = '1';
    d->point++;
  }
}

/* Fewest digits that read back to value > 0. */
static void shortest(double value, decimal *out) {
  /* At most 15 digits, as in all numbers that people write: one multiplication, proved by a division. */
  bool usual = value >= 1e-7 && value < 1e15;
  if (usual) {
    int point = 0;
    while (point < 15 && value >= powers[point]) point++;
    int k = 15 - point;
    if (point == 0) {
      while (k < POWER_MAX && value * powers[k + 1] < 1e15) k++;
    }
    double scaled = floor(value * powers[k] + 0.5);
    if (scaled / powers[k] == value) {
      out->n = snprintf(out->digits, sizeof out->digits, "%lld", (long long)scaled);
      out->point = out->n - k;
      trim_zeros(out);
      return;
    }
  }
  /* Subnormal numbers have fewer digits than 15; below a power of two the next double is half as far as
   * above it, so that the digits one step up may read back where the nearest do not. */
  for (int n = value < 0x1p-1022 ? 1 : usual ? 16 : 15; n < DIGITS_MAX; n++) {
    round_digits(value, n, out);
    if (read_digits(out) == value) {
      trim_zeros(out);
      return;
    }
    if (is_power_of_two(value)) {
      step_up(out);
      if (read_digits(out) == value) {
        trim_zeros(out);
        return;
      }
    }
  }
  round_digits(value, DIGITS_MAX, out);
  trim_zeros(out);
}

/* Plain notation from 1e-5 up to 1e15, powers of ten outside. */
static void write_decimal(bool negative, const decimal *d, char *out) {
  char *p = out;
  if (negative) *p++ = '-';
  if (d->point < -4 || d->point > 15) {
    *p++ = d->digits[0];
    if (d->n > 1) {
      *p++ = '.';
      memcpy(p, d->digits + 1, (size_t)d->n - 1);
      p += d->n - 1;
    }
    snprintf(p, 13, "e%d", d->point - 1);
    return;
  }
  if (d->point <= 0) {
    *p++ = '0';
    *p++ = '.';
    for (int i = d->point; i < 0; i++) *p++ = '0';
  }
  for (int i = 0; i < d->n || i < d->point; i++) {
    if (i == d->point && i > 0) *p++ = '.';
    *p++ = i < d->n ? d->digits[i] : '0';
  }
  *p = '\0';
}

/* NaN and infinities; true when `value` was one. */
static bool write_special(double value, char *out) {
  if (isfinite(value)) return false;
  strcpy(out, isnan(value) ? "NA" : value < 0 ? "-Inf" : "Inf");
  return true;
}

void itg_integer_print(int64_t value, char *out) {
  char digits[20]; /* from the last */
  int n = 0;
  uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
  do digits[n++] = (char)('0' + rest % 10);
  while (rest /= 10);
  if (value < 0) *out++ = '-';
  while (n) *out++ = digits[--n];
  *out = '\0';
}

void itg_number_print(double value, char *out) {
  decimal d;
  if (write_special(value, out)) return;
  if (fabs(value) < 1e15 && value == floor(value)) {
    if (value == 0 && signbit(value)) *out++ = '-';
    itg_integer_print((int64_t)value, out);
    return;
  }
  shortest(fabs(value), &d);
  write_decimal(value < 0, &d, out);
}

void itg_text_number(itg_text *text, double value) {
  char printed[ITG_NUMBER_SIZE];
  itg_number_print(value, printed);
  itg_text_add(text, printed);
}

void itg_text_fixed(itg_text *text, double value, int decimals) {
  char printed[384], special[ITG_NUMBER_SIZE]; /* DBL_MAX has 309 digits */
  if (write_special(value, special)) {
    itg_text_add(text, special);
    return;
  }
  decimals = decimals < 0 ? 0 : decimals > 30 ? 30 : decimals;
  int size = snprintf(printed, sizeof printed, "%.*f", decimals, value);
  const char *number = printed;
  if (*number == '-') {
    number++;
    if (strpbrk(number, "123456789")) itg_text_add(text, "-");
  }
  size_t whole = strspn(number, "0123456789");
  itg_text_append(text, number, whole);
  if (decimals) {
    itg_text_add(text, ".");
    itg_text_append(text, printed + size - decimals, (size_t)decimals);
  }
}

void itg_text_significant(itg_text *text, double value, int digits) {
  char printed[ITG_NUMBER_SIZE];
  decimal d;
  digits = digits < 1 ? 1 : digits > DIGITS_MAX ? DIGITS_MAX : digits;
  if (write_special(value, printed)) {
    itg_text_add(text, printed);
  } else if (fabs(value) >= powers[digits - 1] && fabs(value) < 1e15) {
    itg_text_fixed(text, value, 0); /* digits before the point are never rounded away */
  } else if (value == 0) {
    itg_text_add(text, "0");
  } else {
    round_digits(fabs(value), digits, &d);
    trim_zeros(&d);
    write_decimal(value < 0, &d, printed);
    itg_text_add(text, printed);
  }
}

/* ---- text to numbers ---- */

static void trim_spaces(const char **text, const char **end) {
  while (*text < *end && (**text == ' ' || **text == '\t')) ++*text;
  while (*end > *text && ((*end)[-1] == ' ' || (*end)[-1] == '\t')) --*end;
}

static bool is_digit(char c) { return (unsigned char)(c - '0') < 10; }

/* The number `digits` (with at most one point) times 10^exponent, for which no shortcut is exact.
 * 768 significant digits decide every rounding; a digit after them only breaks ties. */
static double read_long(const char *digits, const char *end, int64_t exponent) {
  enum { KEPT = 800 };
  char text[KEPT + 32];
  size_t n = 0;
  bool point = false, rest = false;
  for (; digits < end; digits++) {
    if (*digits == '.') {
      point = true;
      continue;
    }
    if (point) exponent--;
    if (n == 0 && *digits == '0') continue;
    if (n < KEPT) {
      text[n++] = *digits;
    } else {
      rest |= *digits != '0';
      exponent++;
    }
  }
  if (n == 0) return 0;
  if (rest) {
    text[n++] = '1';
    exponent--;
  }
  snprintf(text + n, sizeof text - n, "e%lld", (long long)exponent);
  return strtod(text, NULL);
}

bool itg_number_parse(const char *text, size_t size, double *out) {
  const char *p = text, *end = text + size;
  trim_spaces(&p, &end);
  bool negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) p++;

  const char *digits = p;
  uint64_t mantissa = 0;
  while (p < end && is_digit(*p)) mantissa = mantissa * 10 + (uint64_t)(*p++ - '0');
  int64_t n = p - digits, after = 0;
  if (p < end && *p == '.') {
    const char *fraction = ++p;
    while (p < end && is_digit(*p)) mantissa = mantissa * 10 + (uint64_t)(*p++ - '0');
    after = p - fraction;
  }
  n += after;
  if (n == 0) return false;
  const char *digits_end = p;

  int64_t exponent = 0;
  if (p < end && (*p == 'e' || *p == 'E')) {
    p++;
    bool down = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    if (p == end) return false;
    for (; p < end && is_digit(*p); p++) {
      if (exponent < 100000000) exponent = exponent * 10 + (*p - '0');
    }
    if (down) exponent = -exponent;
  }
  if (p != end) return false;

  double value;
  int64_t power = exponent - after;
  if (n <= 19 && mantissa <= (UINT64_C(1) << 53) && power >= -POWER_MAX && power <= POWER_MAX) {
    value = (double)mantissa;
    value = power < 0 ? value / powers[-power] : value * powers[power];
  } else {
    value = read_long(digits, digits_end, exponent);
    if (isinf(value)) return false;
  }
  *out = negative ? -value : value;
  return true;
}

bool itg_integer_parse(const char *text, size_t size, int64_t *out) {
  const char *p = text, *end = text + size;
  trim_spaces(&p, &end);
  bool negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) p++;
  if (p == end) return false;
  uint64_t limit = (uint64_t)INT64_MAX + negative, value = 0;
  for (; p < end; p++) {
    if (!is_digit(*p)) return false;
    uint64_t digit = (uint64_t)(*p - '0');
    if (value > (limit - digit) / 10) return false;
    value = value * 10 + digit;
  }
  *out = negative ? (int64_t)(0 - value) : (int64_t)value;
  return true;
}

/* ---- words ---- */

/* Bytes of the valid UTF-8 sequence at p, or 0 (RFC 3629: no overlong form, no surrogate, <= U+10FFFF). */
static size_t sequence(const unsigned char *p, size_t left) {
  if (p[0] < 0x80) return 1;
  size_t n = p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
  if (n == 0 || n > left) return 0;
  unsigned char low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
  unsigned char high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
  if (p[1] < low || p[1] > high) return 0;
  for (size_t i = 2; i < n; i++) {
    if ((p[i] & 0xC0) != 0x80) return 0;
  }
  return n;
}

int64_t itg_utf8_check(const char *text, size_t size) {
  const unsigned char *p = (const unsigned char *)text;
  size_t i = 0;
  while (i < size) {
    uint64_t word;
    while (size - i >= sizeof word) { /* eight ASCII bytes at a time */
      memcpy(&word, p + i, sizeof word);
      if (word & UINT64_C(0x8080808080808080)) break;
      i += sizeof word;
    }
    if (i == size) break;
    size_t n = sequence(p + i, size - i);
    if (n == 0) return (int64_t)i;
    i += n;
  }
  return -1;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

enum { WORD_MAX = 63 };

/* Letters to insert, remove, replace or swap with their neighbour to turn a into b, case aside. */
static size_t distance(const char *a, size_t n, const char *b, size_t m) {
  size_t rows[3][WORD_MAX + 1];
  size_t *before = rows[0], *last = rows[1], *now = rows[2];
  for (size_t j = 0; j <= m; j++) now[j] = j;
  for (size_t i = 1; i <= n; i++) {
    size_t *oldest = before;
    before = last;
    last = now;
    now = oldest;
    now[0] = i;
    for (size_t j = 1; j <= m; j++) {
      size_t best = last[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
      if (last[j] + 1 < best) best = last[j] + 1;
      if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]) &&
          before[j - 2] + 1 < best)
        best = before[j - 2] + 1;
      now[j] = best;
    }
  }
  return now[m];
}

const char *itg_suggest(const char *word, const char *const *candidates, size_t count) {
  size_t n = word ? strlen(word) : 0;
  if (n == 0 || n > WORD_MAX) return NULL;
  const char *nearest = NULL;
  size_t limit = (n + 2) / 3 + 1; /* the first distance that is too far */
  for (size_t i = 0; i < count; i++) {
    size_t m = candidates[i] ? strlen(candidates[i]) : 0;
    if (m == 0 || m > WORD_MAX) continue;
    size_t d = distance(word, n, candidates[i], m);
    if (d < limit && d < n) {
      limit = d;
      nearest = candidates[i];
    }
  }
  return nearest;
}

bool itg_text_equal(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }
