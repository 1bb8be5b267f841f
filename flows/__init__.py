"""When: discover, plan, process, audit, load, publish, report; the command line."""
