"""The site's pages with numbers: each module builds the generated parts of one or more pages from its inputs."""
