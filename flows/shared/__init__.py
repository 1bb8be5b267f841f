"""What all parts of the flows use: settings, sources, versions, progress, how a run is ended."""
