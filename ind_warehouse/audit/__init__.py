"""Measure what the project notices of damage, and what it survives."""
