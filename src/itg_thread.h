/* itg_thread.h - layer 0: fixed logical tasks over plain threads.
 *
 * Threads are created and joined inside the call (OpenMP hangs after fork).  Tasks are logical blocks
 * whose number must not depend on the thread count, so that the count never shows in a result. */
#ifndef ITG_THREAD_H
#define ITG_THREAD_H

#include <pthread.h>
#include <stdatomic.h>

#include "itg_base.h"

/* One task; must write only to memory of its own index. */
typedef itg_status (*itg_task)(void *payload, int64_t index, itg_error *error);

/* Run tasks 0 .. n_tasks-1.  Progress is reported from the calling thread; a stop request or the first
 * failure (lowest index) ends the work.  With one task or one thread everything runs on the caller's. */
itg_status itg_parallel(const itg_control *control, int64_t n_tasks, itg_task task, void *payload,
                        itg_error *error);

/* For loops on the calling thread: ask the host whether to go on. */
itg_status itg_check_stop(const itg_control *control, double done, itg_error *error);

/* The same for loops of short steps: the host is asked when 40 ms have passed since the last time.  Begin with
 * {control}: the first step asks. */
typedef struct itg_pace {
  const itg_control *control;
  int64_t asked;
} itg_pace;
itg_status itg_pace_stop(itg_pace *pace, double done, itg_error *error);
/* The same for work that is a small part of a whole: the host of a call is told what it was told last.  `pace` may be
 * NULL: there is nobody to ask. */
itg_status itg_pace_step(itg_pace *pace, itg_error *error);
/* In passes over rows: one of 16384 steps looks at the clock. */
#define ITG_PACE(pace, i, error)                                       \
  do {                                                                 \
    if (((i) & 16383) == 0) ITG_TRY(itg_pace_step((pace), (error)));   \
  } while (0)

/* Parts of a work, each of which counts from 0 to 1, told to the host as one progress that never goes back: a part
 * that begins takes four fifths of what is left.  What asks without a number of its own (itg_pace_step) repeats the
 * last. */
typedef struct itg_meter {
  itg_control control; /* for the parts */
  const itg_control *host;
  double from, part, told;
} itg_meter;
void itg_meter_start(itg_meter *meter, const itg_control *host); /* host may be NULL */

/* For tasks that last: give itg_parallel &watch.outer, and let the tasks ask with &watch.inner, on whatever
 * thread they run.  The host is asked on the calling thread alone; its answer reaches every task.  Work
 * inside a task that takes a control stays on the thread of the task. */
typedef struct itg_watch {
  itg_control outer, inner;
  const itg_control *host;
  pthread_t caller;
  double done;
  atomic_bool stopped;
} itg_watch;
void itg_watch_start(itg_watch *watch, const itg_control *host); /* host may be NULL */

#endif
