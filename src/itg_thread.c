/* itg_thread.c - tasks on threads that are created and joined inside the call.
 *
 * Workers take task numbers in order from one counter.  The calling thread only waits and reports, so
 * that the host is asked on time however long a task lasts.  A failure stops the taking of new tasks;
 * every lower number has been taken by then, so the failure that is reported is always the same one. */
#include "itg_thread.h"

#include <math.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { MAX_THREADS = 64 };
static const int64_t PERIOD = 40000000; /* nanoseconds between two questions to the host */

typedef struct itg_crew {
  pthread_mutex_t lock;
  pthread_cond_t rest; /* signalled when a worker leaves */
  int64_t n_tasks, next, done;
  int working;
  bool stop;
  itg_task task;
  void *payload;
  int64_t failed; /* lowest task that failed so far */
  itg_status status;
  itg_error error;
} itg_crew;

itg_status itg_check_stop(const itg_control *control, double done, itg_error *error) {
  if (!control || !control->progress || !control->progress(control->payload, done)) return ITG_OK;
  return itg_fail(error, ITG_ERR_INTERRUPTED, "stopped on request");
}

/* ---- tasks that ask ---- */

static int ask_outside(void *payload, double done) {
  itg_watch *watch = payload;
  watch->done = done;
  if (watch->host->progress(watch->host->payload, done)) atomic_store(&watch->stopped, true);
  return atomic_load(&watch->stopped);
}

/* How far one task has come is no matter of the host's. */
static int ask_inside(void *payload, double done) {
  itg_watch *watch = payload;
  (void)done;
  return pthread_equal(pthread_self(), watch->caller) ? ask_outside(watch, watch->done)
                                                      : atomic_load(&watch->stopped);
}

void itg_watch_start(itg_watch *watch, const itg_control *host) {
  watch->host = host;
  watch->caller = pthread_self();
  watch->done = 0;
  atomic_init(&watch->stopped, false);
  watch->outer = (itg_control){.threads = host ? host->threads : 0};
  watch->inner = (itg_control){.threads = 1};
  if (!host || !host->progress) return;
  watch->outer.progress = ask_outside;
  watch->inner.progress = ask_inside;
  watch->outer.payload = watch->inner.payload = watch;
}

/* ---- running ---- */

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

itg_status itg_pace_stop(itg_pace *pace, double done, itg_error *error) {
  if (!pace->control || !pace->control->progress || now() - pace->asked < PERIOD) return ITG_OK;
  ITG_TRY(itg_check_stop(pace->control, done, error));
  pace->asked = now();
  return ITG_OK;
}

itg_status itg_pace_step(itg_pace *pace, itg_error *error) {
  return pace ? itg_pace_stop(pace, NAN, error) : ITG_OK;
}

/* ---- one progress of many parts ---- */

static int ask_meter(void *payload, double done) {
  itg_meter *meter = payload;
  if (!isnan(done)) {
    if (done < meter->part) meter->from = meter->told; /* the next part */
    meter->part = done;
    meter->told = fmax(meter->told, meter->from + (1 - meter->from) * 0.8 * fmin(done, 1));
  }
  return meter->host->progress(meter->host->payload, meter->told);
}

static void *ask_room(void *payload, itg_type type, int64_t n_rows) {
  const itg_control *host = ((itg_meter *)payload)->host;
  return host->room(host->payload, type, n_rows);
}

void itg_meter_start(itg_meter *meter, const itg_control *host) {
  *meter = (itg_meter){.host = host};
  if (!host) return;
  meter->control = (itg_control){.threads = host->threads,
                                 .progress = host->progress ? ask_meter : NULL,
                                 .payload = meter,
                                 .room = host->room ? ask_room : NULL};
}

/* ---- tasks ---- */

static itg_status run_here(const itg_control *control, int64_t n_tasks, itg_task task, void *payload,
                           itg_error *error) {
  itg_pace pace = {control, now()};
  for (int64_t i = 0; i < n_tasks; i++) {
    ITG_TRY(task(payload, i, error));
    ITG_TRY(itg_pace_stop(&pace, (double)(i + 1) / (double)n_tasks, error));
  }
  return ITG_OK;
}

static void *work(void *argument) {
  itg_crew *crew = argument;
  pthread_mutex_lock(&crew->lock);
  while (!crew->stop && crew->next < crew->n_tasks) {
    int64_t index = crew->next++;
    pthread_mutex_unlock(&crew->lock);
    itg_error error = {.status = ITG_OK};
    itg_status status = crew->task(crew->payload, index, &error);
    pthread_mutex_lock(&crew->lock);
    crew->done++;
    if (!status) continue;
    crew->stop = true;
    if (crew->status && crew->failed < index) continue;
    crew->status = status;
    crew->failed = index;
    crew->error = error;
  }
  crew->working--;
  pthread_cond_signal(&crew->rest);
  pthread_mutex_unlock(&crew->lock);
  return NULL;
}

/* Wait for the workers, asking the host meanwhile. */
static itg_status wait_for(itg_crew *crew, const itg_control *control, itg_error *error) {
  itg_status status = ITG_OK;
  bool timed = control && control->progress;
  pthread_mutex_lock(&crew->lock);
  while (crew->working) {
    if (!timed || status) {
      pthread_cond_wait(&crew->rest, &crew->lock);
      continue;
    }
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += PERIOD;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&crew->rest, &crew->lock, &until);
    double done = (double)crew->done / (double)crew->n_tasks;
    pthread_mutex_unlock(&crew->lock);
    status = itg_check_stop(control, done, error);
    pthread_mutex_lock(&crew->lock);
    if (status) crew->stop = true;
  }
  pthread_mutex_unlock(&crew->lock);
  return status;
}

static int thread_count(const itg_control *control, int64_t n_tasks) {
  int64_t n = control ? control->threads : 0;
  if (n <= 0) n = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2 : 1;
  if (n > MAX_THREADS) n = MAX_THREADS;
  return (int)(n < n_tasks ? n : n_tasks);
}

itg_status itg_parallel(const itg_control *control, int64_t n_tasks, itg_task task, void *payload,
                        itg_error *error) {
  int wanted = thread_count(control, n_tasks), started = 0;
  if (wanted <= 1) return run_here(control, n_tasks, task, payload, error);

  itg_crew crew = {.lock = PTHREAD_MUTEX_INITIALIZER,
                   .rest = PTHREAD_COND_INITIALIZER,
                   .n_tasks = n_tasks,
                   .working = wanted,
                   .task = task,
                   .payload = payload};
  pthread_t threads[MAX_THREADS];
  sigset_t all, before;
  sigfillset(&all); /* workers inherit the mask: signals belong to the host's own threads */
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (started < wanted && !pthread_create(&threads[started], NULL, work, &crew)) started++;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_mutex_lock(&crew.lock);
  crew.working -= wanted - started;
  pthread_mutex_unlock(&crew.lock);
  /* Fewer threads than wanted do the same work; without any it is done here. */
  itg_status status =
      started ? wait_for(&crew, control, error) : run_here(control, n_tasks, task, payload, error);
  for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
  pthread_cond_destroy(&crew.rest);
  pthread_mutex_destroy(&crew.lock);
  if (status || !crew.status) return status;
  if (error) *error = crew.error;
  return crew.status;
}
