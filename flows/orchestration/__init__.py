"""What Prefect sees: the flows, approval, what the monitor is told."""
