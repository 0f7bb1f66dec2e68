"""The WeChat official account: protocol, turns, late answers, calls of the platform."""
