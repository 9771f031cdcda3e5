"""How a site is rendered: its inputs, what of the last rendering is reused, and the files it writes."""
