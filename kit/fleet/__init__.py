"""Training that spans devices and machines: a job is one command line that can be run again."""
