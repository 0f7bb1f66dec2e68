"""One reply, drawn for each surface: plain text and the web's typed blocks."""
