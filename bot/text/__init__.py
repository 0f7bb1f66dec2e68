"""Text as people type it: cleaning, masking, normalising, splitting. Pure functions."""
