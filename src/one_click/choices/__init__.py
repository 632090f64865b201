"""The choices of params.yaml and the files of conf/ enter; conf.lock.yaml, checked, leaves."""
