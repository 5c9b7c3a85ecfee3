"""What is kept beside an index for new processes (kb/kept.py): tables and names in the forms in which asking needs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.matching.spoken import packed_spoken
from index.matching.synonyms import (
    packed_families,
    packed_lookalikes,
    packed_synonyms,
    packed_unit_forms,
    use_own_words,
)
from index.tokens import packed_traditional
from kb import kept
from kb.regions import packed_names, packed_regions
from kb.tables import own_table, settings
from kb.unit_naming.places import packed_places
from kb.units import packed_units

FOLDER = "known"
SETTINGS = ("query", "questions", "unit_forms", "figure_words")  # tables that asking reads


def keep(folder: Path, own: Path | None) -> None:
    """Writes everything kept for an index in `folder`; `own` is the folder of the user's tables that are in force."""
    use_own_words(own)
    values: dict[str, Any] = {
        "regions": packed_regions(), "region_names": packed_names(), "unit_places": packed_places(),
        "units": packed_units(own_table(own, "units")), "traditional": packed_traditional(), "synonyms": packed_synonyms(),
        "lookalikes": packed_lookalikes(), "spoken": packed_spoken(),
        "unit_forms": packed_unit_forms(), "unit_families": packed_families(), **{f"{name}.toml": settings(name) for name in SETTINGS},
    }  # fmt: skip
    kept.write(folder / FOLDER, values, own)
