"""Rasa input channels of ours: thin, they translate between a surface and the engine."""
