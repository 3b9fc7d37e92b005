"""The offline site: views of an assessment, turned into pages and files."""
