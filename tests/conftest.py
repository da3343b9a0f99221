"""Before any test module imports torch: threads wait without spinning.

Tests start processes beside their own, and threads that wait in a busy loop take the cores from one another: on two
cores that made training several times slower. Alone on a machine spinning is the faster way, so kit does not set this.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
