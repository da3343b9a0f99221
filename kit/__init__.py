"""kit: from a competition's files to the two final submissions that a team can trust."""

import os

__version__ = "0.1.0"

# Threads that wait for one another in a busy loop take the cores from the threads that make batches, and from whoever
# else is at work: on a shared two-core machine training took eight times as long. Read when torch is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
