"""The main job, on the evaluation that is shipped."""

import json
import pathlib
import pickle

import pytest

import integrade

EXAMPLE = pathlib.Path(integrade.__file__).parent / "example" / "evaluation.yaml"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "made"
    return integrade.evaluate(EXAMPLE, out), out


def test_evaluation_is_a_mapping_of_results(run):
    evaluation, _ = run
    assert len(evaluation) >= 5 and list(evaluation) == list(evaluation.keys())
    assert {result.measure for result in evaluation.values()} >= {"functional_integration", "scorecard", "cea"}
    assert evaluation.title and evaluation.title in evaluation.summary() and evaluation.title in repr(evaluation)


def test_an_evaluation_prints_on_a_screen(run):
    evaluation, _ = run
    lines = str(evaluation).splitlines()
    assert lines[0] == evaluation.title and len(lines) == len(evaluation) + 2
    assert all(any(line.startswith(id) for line in lines) for id in evaluation)
    assert len(evaluation.summary()) > len(str(evaluation))


def test_files_are_written(run):
    evaluation, out = run
    assert (out / "report.html").read_text(encoding="utf-8") == evaluation.html
    assert json.loads((out / "provenance.json").read_text())
    assert list(out.rglob("*.csv"))


def test_nothing_is_written_without_a_folder(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    again = integrade.evaluate(str(EXAMPLE))
    assert not list(tmp_path.iterdir())
    assert again.html == run[0].html and dict(again) == dict(run[0])


def test_notebook_shows_the_report_in_a_frame(run):
    html = run[0]._repr_html_()
    assert html.startswith("<iframe") and 'sandbox=""' in html and "<script" not in html


def test_evaluation_is_frozen_and_pickles(run):
    evaluation, _ = run
    again = pickle.loads(pickle.dumps(evaluation))
    assert dict(again) == dict(evaluation) and again.html == evaluation.html
    with pytest.raises(AttributeError):
        evaluation.title = "x"
