"""Every cell of kind x metric x form: the examples of docs/targets.md with every metric that kit has.

A cell works, and then a host that knows nothing of kit (shared/graders.py) gives the file the score that kit gives the
same predictions out of fold; or it is refused when competition.yaml is read, with what to write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from numpy.typing import NDArray
from shared.graders import Form, grade
from shared.pages import DOCS

from kit.competition.spec import TARGET, read_competition
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.runs.predictions import Predictions
from kit.runs.scoring import score_oof
from kit.submissions.form import csv_bytes, read_layout, written
from kit.submissions.reading import read_back

PAGE = (DOCS / "targets.md").read_text()
HEAD = yaml.safe_load(re.findall(r"```yaml\n(name:.*?)```", PAGE, flags=re.DOTALL)[0])
BLOCKS = {name: yaml.safe_load(text) for name, text in re.findall(r"^### (.*)\n\n```yaml\n(.*?)```", PAGE, re.M | re.S)}
N_ROWS = 40
