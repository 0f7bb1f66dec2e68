"""What a reply says: from the small reference that travels through Rasa to the finished value."""
