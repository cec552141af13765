"""Answers from a build: one core without HTTP, and thin front doors over it."""
