"""What each section of conf.lock.yaml may hold: values in; a dataclass, or a clear line, out."""
