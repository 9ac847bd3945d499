/* Tasks on threads: all done once, the same answer whatever the count, progress, stop and failure. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "itg_thread.h"

enum { N = 1000 };

static void sleep_ms(long ms) { nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL); }

static double clock_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- every task once ---- */

static itg_status count_task(void *payload, int64_t index, itg_error *error) {
  (void)error;
  ((int *)payload)[index]++;
  return ITG_OK;
}

static void every_task_runs_once(void **state) {
  (void)state;
  static const int threads[] = {0, 1, 2, 3, 8, 1000, -5};
  for (size_t t = 0; t < ITG_COUNT(threads); t++)
    for (int n = 0; n <= N; n = n < 4 ? n + 1 : n * 4) {
      int count[N + 1] = {0};
      assert_int_equal(itg_parallel(&(itg_control){.threads = threads[t]}, n, count_task, count, NULL),
                       ITG_OK);
      for (int i = 0; i <= N; i++) assert_int_equal(count[i], i < n);
    }
  int count[3] = {0};
  assert_int_equal(itg_parallel(NULL, 3, count_task, count, NULL), ITG_OK);
  assert_int_equal(count[0] + count[1] + count[2], 3);
}

/* ---- who runs what ---- */

static itg_status caller_task(void *payload, int64_t index, itg_error *error) {
  (void)index;
  return pthread_equal(*(pthread_t *)payload, pthread_self()) ? ITG_OK
                                                              : itg_fail(error, ITG_ERR_THREAD, "elsewhere");
}

static void one_thread_or_one_task_stays_on_the_caller(void **state) {
  (void)state;
  pthread_t self = pthread_self();
  assert_int_equal(itg_parallel(&(itg_control){.threads = 1}, 50, caller_task, &self, NULL), ITG_OK);
  assert_int_equal(itg_parallel(&(itg_control){.threads = 4}, 1, caller_task, &self, NULL), ITG_OK);
  assert_int_equal(itg_parallel(&(itg_control){.threads = 4}, 50, caller_task, &self, NULL), ITG_ERR_THREAD);
}

static itg_status meet_task(void *payload, int64_t index, itg_error *error) {
  (void)index;
  pthread_barrier_wait(payload); /* returns only when all wait at the same time */
  (void)error;
  return ITG_OK;
}

static void threads_run_at_the_same_time(void **state) {
  (void)state;
  pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, NULL, 3);
  alarm(20); /* a hang is a failure */
  assert_int_equal(itg_parallel(&(itg_control){.threads = 3}, 3, meet_task, &barrier, NULL), ITG_OK);
  alarm(0);
  pthread_barrier_destroy(&barrier);
}

/* ---- failure ---- */

/* Task 3 fails late, later ones at once: the report must be about task 3 whoever was first. */
static itg_status failing_task(void *payload, int64_t index, itg_error *error) {
  (void)payload;
  if (index < 3) return ITG_OK;
  if (index == 3) sleep_ms(20);
  return itg_fail(error, index == 3 ? ITG_ERR_RANGE : ITG_ERR_DATA, "task %d failed", (int)index);
}

static void lowest_failure_is_reported_whatever_the_count(void **state) {
  (void)state;
  for (int threads = 1; threads <= 6; threads++) {
    itg_error error = {.status = ITG_OK};
    assert_int_equal(itg_parallel(&(itg_control){.threads = threads}, 500, failing_task, NULL, &error),
                     ITG_ERR_RANGE);
    assert_int_equal(error.status, ITG_ERR_RANGE);
    assert_string_equal(error.message, "task 3 failed (ITG_ERR_RANGE)");
    assert_int_equal(itg_parallel(&(itg_control){.threads = threads}, 500, failing_task, NULL, NULL),
                     ITG_ERR_RANGE);
  }
}

/* ---- progress and stop ---- */

typedef struct watch {
  pthread_t caller;
  int calls, stop_at;
  bool elsewhere;
  double last_done, last_time, longest;
} watch;

static int watch_progress(void *payload, double done) {
  watch *w = payload;
  double time = clock_ms();
  w->elsewhere |= !pthread_equal(w->caller, pthread_self());
  w->elsewhere |= done < w->last_done || done > 1;
  w->last_done = done;
  if (time - w->last_time > w->longest) w->longest = time - w->last_time;
  w->last_time = time;
  return ++w->calls == w->stop_at;
}

static itg_status slow_task(void *payload, int64_t index, itg_error *error) {
  (void)index, (void)error;
  sleep_ms(*(long *)payload);
  return ITG_OK;
}

static void progress_comes_every_100_ms_on_the_caller(void **state) {
  (void)state;
  for (int threads = 1; threads <= 2; threads++) { /* with threads even a single task may last longer */
    watch w = {.caller = pthread_self(), .last_time = clock_ms()};
    long ms = threads == 1 ? 5 : 300;
    itg_control control = {.threads = threads, .progress = watch_progress, .payload = &w};
    assert_int_equal(itg_parallel(&control, threads == 1 ? 100 : 4, slow_task, &ms, NULL), ITG_OK);
    assert_true(w.calls >= 5);
    assert_false(w.elsewhere);
    assert_true(w.longest < 100);
    assert_true(w.last_done > 0);
  }
}

static void stop_ends_the_work(void **state) {
  (void)state;
  for (int threads = 1; threads <= 3; threads++) {
    watch w = {.caller = pthread_self(), .stop_at = 2};
    long ms = 5;
    itg_error error = {.status = ITG_OK};
    itg_control control = {.threads = threads, .progress = watch_progress, .payload = &w};
    double start = clock_ms();
    assert_int_equal(itg_parallel(&control, 100000, slow_task, &ms, &error), ITG_ERR_INTERRUPTED);
    assert_int_equal(error.status, ITG_ERR_INTERRUPTED);
    assert_true(clock_ms() - start < 2000);
    assert_int_equal(w.calls, 2);
  }
}

static void check_stop_asks_the_host(void **state) {
  (void)state;
  watch w = {.caller = pthread_self(), .stop_at = 2};
  itg_control control = {.progress = watch_progress, .payload = &w};
  assert_int_equal(itg_check_stop(&control, 0.5, NULL), ITG_OK);
  assert_int_equal(itg_check_stop(&control, 0.6, NULL), ITG_ERR_INTERRUPTED);
  assert_int_equal(itg_check_stop(NULL, 0.5, NULL), ITG_OK);
  assert_int_equal(itg_check_stop(&(itg_control){0}, 0.5, NULL), ITG_OK);
}

/* ---- the process around it ---- */

static itg_status mask_task(void *payload, int64_t index, itg_error *error) {
  (void)payload, (void)index;
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  return sigismember(&mask, SIGINT) ? ITG_OK
                                    : itg_fail(error, ITG_ERR_THREAD, "SIGINT would be taken by a worker");
}

static void workers_block_signals_and_the_caller_does_not(void **state) {
  (void)state;
  sigset_t mask;
  assert_int_equal(itg_parallel(&(itg_control){.threads = 2}, 2, mask_task, NULL, NULL), ITG_OK);
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  assert_int_equal(sigismember(&mask, SIGINT), 0);
}

static void threads_work_after_fork(void **state) {
  (void)state;
  int count[N] = {0}, status = 1;
  itg_parallel(&(itg_control){.threads = 2}, N, count_task, count, NULL);
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    itg_parallel(&(itg_control){.threads = 2}, N, count_task, count, NULL);
    for (int i = 0; i < N; i++)
      if (count[i] != 2) _exit(2);
    _exit(0);
  }
  assert_true(child > 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
}

/* ---- tasks that last ---- */

static itg_status lasting_task(void *payload, int64_t index, itg_error *error) {
  const itg_watch *watch = payload;
  (void)index;
  for (int i = 0; i < 500; i++) {
    sleep_ms(10);
    ITG_TRY(itg_check_stop(&watch->inner, 0, error));
  }
  return ITG_OK;
}

typedef struct asked {
  pthread_t caller;
  int times;
  double last;
} asked;

static int stop_at_third(void *payload, double done) {
  asked *a = payload;
  assert_true(pthread_equal(pthread_self(), a->caller));
  assert_true(done >= a->last);
  a->last = done;
  return ++a->times >= 3;
}

/* Six tasks of five seconds. */
static void a_stop_reaches_tasks_that_last(void **state) {
  (void)state;
  for (int threads = 1; threads <= 3; threads += 2) {
    asked a = {pthread_self(), 0, 0};
    itg_control host = {.threads = threads, .progress = stop_at_third, .payload = &a};
    itg_watch watch;
    double start = clock_ms();
    itg_watch_start(&watch, &host);
    assert_int_equal(itg_parallel(&watch.outer, 6, lasting_task, &watch, NULL), ITG_ERR_INTERRUPTED);
    assert_true(clock_ms() - start < 2500);
    assert_int_equal(a.times, 3);
  }
}

/* With no process left to its user the system refuses threads; root is never refused. */
static void work_is_done_here_when_no_thread_can_start(void **state) {
  (void)state;
  int status = 1;
  pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && setuid(65534)) _exit(3);
    setrlimit(RLIMIT_NPROC, &(struct rlimit){0, 0});
    pthread_t self = pthread_self();
    _exit(itg_parallel(&(itg_control){.threads = 3}, 50, caller_task, &self, NULL) ? 2 : 0);
  }
  assert_true(child > 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_task_runs_once),
      cmocka_unit_test(one_thread_or_one_task_stays_on_the_caller),
      cmocka_unit_test(threads_run_at_the_same_time),
      cmocka_unit_test(lowest_failure_is_reported_whatever_the_count),
      cmocka_unit_test(progress_comes_every_100_ms_on_the_caller),
      cmocka_unit_test(stop_ends_the_work),
      cmocka_unit_test(check_stop_asks_the_host),
      cmocka_unit_test(a_stop_reaches_tasks_that_last),
      cmocka_unit_test(workers_block_signals_and_the_caller_does_not),
      cmocka_unit_test(threads_work_after_fork),
      cmocka_unit_test(work_is_done_here_when_no_thread_can_start),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
