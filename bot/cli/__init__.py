"""The command line: run, train, check, generate, ask, evaluate, reload."""
