"""What is kept: Rasa's conversations, web sessions."""
