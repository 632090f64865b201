"""What `describe` finds enters; its pictures leave."""
