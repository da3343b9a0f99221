"""timm, without the tracker that it loads where one is installed, which takes as long as much of timm itself."""

import sys

TRACKER = "wandb"

if TRACKER in sys.modules:
    import timm
else:
    sys.modules[TRACKER] = None  # type: ignore[assignment]  # Python's own mark of an absent module
    try:
        import timm
    finally:
        del sys.modules[TRACKER]

__all__ = ["timm"]
