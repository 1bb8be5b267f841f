"""Planning, reading and loading, in this process and without Prefect."""
