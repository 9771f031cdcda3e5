"""Finding the settings of the refactored system: profiles, replays of caches, sensitivity, the search and its proof."""
