"""What both systems share: values, contexts, compositions, scenes, layouts and the order of random numbers."""
