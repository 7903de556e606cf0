"""Measurements. Ratios of one run against a baseline of the same run; never part of the tests."""
