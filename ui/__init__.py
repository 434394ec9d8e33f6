"""The people side: command line and pages. It reaches the system over HTTP."""
