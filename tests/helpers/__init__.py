"""What tests share: small inputs, a project to run, a browser."""
