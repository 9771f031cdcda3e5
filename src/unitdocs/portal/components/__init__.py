"""Parts that pages share: markup, tables, badges, and where numbers come from."""
