"""Rasa graph components: thin wrappers around :mod:`bot.understanding`."""
