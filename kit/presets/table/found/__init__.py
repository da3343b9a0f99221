"""The parts of an inference as they are found, which the later rooms hand on to one another."""
