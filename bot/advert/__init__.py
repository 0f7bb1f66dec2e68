"""Red flags in a pasted or retold advert: patterns are data, judging whether they are meant is here."""
