"""What leaves the workspace: answers about photos that nobody has seen."""
