"""What a person types: each command parses, calls one function of the library and prints."""

from kit.cli.main import main

__all__ = ["main"]
