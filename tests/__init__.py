"""Tests of the summarizer package, and the local servers that they run against."""
