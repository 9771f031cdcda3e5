"""Published versions of the site, kept on a git branch through mike."""
