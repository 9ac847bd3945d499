/* control.c - how a person follows and stops the work. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static volatile sig_atomic_t asked_to_stop;
static bool shown;

static void on_interrupt(int number) {
  (void)number;
  if (asked_to_stop == 2) _exit(130);
  asked_to_stop++;
}

bool cli_stopped(void) { return asked_to_stop != 0; }

void cli_control_catch(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

static int progress(void *payload, double done) {
  const bool *show = payload;
  if (*show) {
    fprintf(stderr, "\r%3d%%", (int)(done * 100));
    fflush(stderr);
    shown = true;
  }
  return cli_stopped();
}

void cli_control(itg_control *control, int threads, bool show) {
  static bool wanted;
  cli_control_catch();
  wanted = show;
  memset(control, 0, sizeof *control);
  control->threads = threads;
  control->progress = progress;
  control->payload = &wanted;
}

void cli_control_end(bool ending) {
  if (shown) fputs("\r    \r", stderr);
  shown = false;
  if (!ending) return;
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  if (asked_to_stop) raise(SIGINT);
}
