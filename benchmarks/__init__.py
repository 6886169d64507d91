"""Repeatable measurements; each prints a table for people and one JSON line. Never part of the tests."""
