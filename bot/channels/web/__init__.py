"""The web channel: its wire protocol (docs/api.md) and the plain chat page."""
