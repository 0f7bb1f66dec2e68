"""Occupations and certificates: the 2021 catalogue, what is not in it, and names in a text. No Rasa here."""
