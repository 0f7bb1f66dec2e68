"""What is kept: Rasa's conversations, web sessions, the journal of what was answered."""
