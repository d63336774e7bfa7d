"""What a URL shows: `register_page` and `layout()`, no data access."""
