"""One reply, drawn for each surface: plain text, web blocks, WeChat, the desk."""
