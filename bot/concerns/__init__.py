"""What a message is found to be about besides what it asks: money at stake, a practice warned of, a matter named."""
