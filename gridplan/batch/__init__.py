"""Many pieces of work at once: one runner on local processes or a Dask cluster, and the provinces planned with it."""
