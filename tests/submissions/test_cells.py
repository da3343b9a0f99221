"""Every cell of kind x metric x form: the examples of docs/targets.md with every metric that kit has.

A cell works, and then a host that knows nothing of kit (shared/graders.py) gives the file the score that kit gives the
same predictions out of fold; or it is refused when competition.yaml is read, with what to write.
"""

from __future__ import annotations

import re

import yaml
from shared.pages import DOCS

PAGE = (DOCS / "targets.md").read_text()
HEAD = yaml.safe_load(re.findall(r"```yaml\n(name:.*?)```", PAGE, flags=re.DOTALL)[0])
BLOCKS = {name: yaml.safe_load(text) for name, text in re.findall(r"^### (.*)\n\n```yaml\n(.*?)```", PAGE, re.M | re.S)}
N_ROWS = 40
