"""What is asked of AWS: one source a module, held as `SOURCE`; the folder is the registry."""
