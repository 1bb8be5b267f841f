"""``dibao serve``: Prefect's server, schedules and the reading room under one command."""
