/* itg_memory.c - layer 0: checked allocation and arenas. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "itg_base.h"

static bool too_large(size_t count, size_t size) { return size && count > (size_t)PTRDIFF_MAX / size; }

void *itg_alloc(size_t count, size_t size) {
  if (too_large(count, size)) return NULL;
  return calloc(count ? count : 1, size ? size : 1);
}

void *itg_grow(void *memory, size_t count, size_t size) {
  if (too_large(count, size)) return NULL;
  size_t bytes = count * size;
  return realloc(memory, bytes ? bytes : 1);
}

char *itg_copy_text(const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = itg_alloc(size, 1);
  if (copy) memcpy(copy, text, size);
  return copy;
}

/* Small pieces share blocks of 64 KiB; a piece above a quarter of that gets a block of its own. */
enum { BLOCK = 65536, ALIGN = 16 };

typedef struct block {
  struct block *next;
  size_t used, capacity;
  bool dirty; /* to be zeroed when that is asked for */
} block;

struct itg_arena {
  block *blocks; /* the one being filled stands first */
  struct itg_pace *pace;
};

#define HEADER ((sizeof(block) + ALIGN - 1) / ALIGN * ALIGN)

itg_arena *itg_arena_new(void) { return itg_alloc(1, sizeof(itg_arena)); }

void itg_arena_free(itg_arena *arena) {
  if (!arena) return;
  for (block *b = arena->blocks; b;) {
    block *next = b->next;
    free(b);
    b = next;
  }
  free(arena);
}

static void *take(itg_arena *arena, size_t count, size_t size, void *(*fresh_memory)(size_t, size_t)) {
  if (too_large(count, size) || count * size > (size_t)PTRDIFF_MAX - BLOCK) return NULL;
  size_t bytes = (count * size + ALIGN - 1) / ALIGN * ALIGN;
  if (!bytes) bytes = ALIGN;
  block *first = arena->blocks;
  if (!first || first->capacity - first->used < bytes) {
    bool own = bytes > BLOCK / 4;
    size_t capacity = own ? bytes : BLOCK - HEADER;
    block *fresh = own ? fresh_memory(1, HEADER + capacity) : calloc(1, HEADER + capacity);
    if (!fresh) return NULL;
    *fresh = (block){.capacity = capacity};
    if (own && first) { /* keep filling the present block */
      fresh->next = first->next;
      first->next = fresh;
    } else {
      fresh->next = first;
      arena->blocks = fresh;
    }
    first = fresh;
  }
  void *memory = (char *)first + HEADER + first->used;
  first->used += bytes;
  return memory;
}

static void *not_zeroed(size_t count, size_t size) { return malloc(count * size); }

bool itg_arena_reserve(itg_arena *arena, size_t bytes) {
  if (bytes > (size_t)PTRDIFF_MAX - HEADER) return false;
  block *fresh = malloc(HEADER + bytes);
  if (!fresh) return false;
  *fresh = (block){.next = arena->blocks, .capacity = bytes, .dirty = true};
  arena->blocks = fresh;
  return true;
}

void *itg_arena_alloc(itg_arena *arena, size_t count, size_t size) {
  void *memory = take(arena, count, size, calloc);
  if (memory && arena->blocks->dirty) memset(memory, 0, count * size);
  return memory;
}

void *itg_arena_take(itg_arena *arena, size_t count, size_t size) { return take(arena, count, size, not_zeroed); }

void itg_arena_set_pace(itg_arena *arena, struct itg_pace *pace) { arena->pace = pace; }

struct itg_pace *itg_arena_pace(const itg_arena *arena) { return arena->pace; }

char *itg_arena_text(itg_arena *arena, const char *text, size_t length) {
  if (length == SIZE_MAX) return NULL;
  char *copy = itg_arena_alloc(arena, length + 1, 1);
  if (copy && length) memcpy(copy, text, length);
  return copy;
}

void *itg_arena_room(itg_arena *arena, size_t count, size_t size, itg_error *error) {
  void *memory = itg_arena_alloc(arena, count, size);
  if (!memory) itg_fail_memory(error);
  return memory;
}

char *itg_arena_print(itg_arena *arena, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int size = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (size < 0) return NULL;
  char *text = itg_arena_alloc(arena, (size_t)size + 1, 1);
  if (!text) return NULL;
  va_start(args, format);
  vsnprintf(text, (size_t)size + 1, format, args);
  va_end(args);
  return text;
}
