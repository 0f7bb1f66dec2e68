"""A simulated WeChat platform, written from the protocol alone: it knows nothing of the channel it talks to."""
