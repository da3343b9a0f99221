"""What trains image classifiers besides kit, given the same photos and the same network, each in its own way.

Nothing of kit is imported here but where kit itself is run: a peer's start-up is its own.
"""
