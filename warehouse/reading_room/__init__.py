"""The reading room: the published warehouse as local web pages, read-only. ``dibao explore`` opens it."""
