"""Plans: a whole scene resolved in NumPy batches. Importing this package's modules loads NumPy."""
