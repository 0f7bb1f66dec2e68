"""What comes before everything else: a life in danger."""
