"""A network that predicts loads no tracker, and who asks for the tracker later gets it."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
import kit.learn.network.kept
asked = sorted(name for name in sys.modules if name.partition('.')[0] in ('wandb', 'tensorboard'))
assert not asked, asked
import wandb
assert wandb.init
"""


def test_predicting_loads_no_tracker_and_a_tracker_loads_after_it() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
