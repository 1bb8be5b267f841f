"""The stages of a run as plain functions: plan, process, load, publish, and what keeps them true over runs."""
