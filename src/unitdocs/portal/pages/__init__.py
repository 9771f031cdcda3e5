"""The site's pages with numbers: each module turns the evidence into the generated parts of one page."""
