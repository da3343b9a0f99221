"""What a workspace's own file is called: apart from what reads it, for whoever only names it."""

SPEC_NAME = "competition.yaml"
