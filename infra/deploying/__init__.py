"""What `python -m infra.deploy` does, a step a file: ask, refuse, write the templates, run CDK's command line, tidy up."""
