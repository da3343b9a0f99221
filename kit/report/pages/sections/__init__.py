"""The sections of the report: each a function of what was read once, which gives a Section or nothing."""
