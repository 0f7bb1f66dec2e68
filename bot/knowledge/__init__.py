"""What the assistant says: models, loading, checking and the running snapshot. No Rasa here."""
