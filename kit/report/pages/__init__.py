"""The report: a workspace as one HTML file that opens from disk and asks for nothing else."""
