"""What is answered: from an understood question and what was said before to reply references."""
