"""The desk of the 人社 hotline: a page and an interface for its staff, on the same engine as the citizens' channels."""
