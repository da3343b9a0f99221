"""Before any test module: kit's own setting of the threads, which must come before torch is imported."""

import kit  # noqa: F401
