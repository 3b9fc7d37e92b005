"""Runs rules over accounts and gathers what they find into one assessment."""
