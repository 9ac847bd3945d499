/* Evaluation files: read, run on a small table beside them, and made a page. */
#include "fuzz.h"

static const char ratings[] =
    "unit,partner,rank,optimum,site\nA,B,40,50,x\nA,C,0,30,x\nB,A,30,50,y\nB,C,20,20,y\nC,A,10,NA,x\nC,B,60,40,y\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  itg_error error = {.status = ITG_OK};
  itg_evaluation *evaluation = NULL;
  char *page = NULL;
  const itg_control control = {.threads = 1, .progress = fuzz_stop};
  fuzz_file("ratings.csv", ratings, sizeof ratings - 1);
  itg_status status = itg_evaluation_run(fuzz_file("evaluation.yaml", data, size), &control, &evaluation, &error);
  fuzz_check(status, &error);
  if (!status && itg_evaluation_html(evaluation, &page, &error)) abort();
  itg_text_free(page);
  itg_evaluation_free(evaluation);
  return 0;
}
