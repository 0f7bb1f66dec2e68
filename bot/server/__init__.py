"""The launcher: one process with Rasa's server, actions in process, limits set, warnings quiet."""
