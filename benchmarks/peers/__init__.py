"""Other clients on the same task, each in an environment of its own: see `benchmarks.ceiling`."""
