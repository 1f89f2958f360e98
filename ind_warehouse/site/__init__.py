"""The site: a page per procedure and subject, in Dutch and English, for people who read rather than query."""
