"""The rules, one a file; this folder is their registry and holds nothing else."""
