"""Where time and memory go, and which settings make them less: profiles, replays, sensitivity, a search, its proof."""
