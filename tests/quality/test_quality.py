"""The sample corpus is parsed, traced, searched and answered at least as well as `floors.json` says.

Lowering a floor is a change of that file: `python tests/quality/score_samples.py --floors` writes what is reached now.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quality.score_samples import HERE, digest, measure
from quality.scoring import Figures

FLOORS = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Figures, list[str]]:
    return measure(Path(tmp_path_factory.mktemp("samples")) / "kb")


def test_floors_are_of_these_labels() -> None:
    assert FLOORS["labels"] == digest(), "labels changed: run tests/quality/score_samples.py --floors and look at every figure that fell"


@pytest.mark.parametrize("name", FLOORS["floors"])
def test_figure_holds(name: str, measured: tuple[Figures, list[str]]) -> None:
    figures, misses = measured
    right, total = figures[name]
    assert right / total >= FLOORS["floors"][name], "\n".join(misses)


def test_every_figure_has_a_floor(measured: tuple[Figures, list[str]]) -> None:
    assert set(measured[0]) == set(FLOORS["floors"])
