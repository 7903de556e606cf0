"""The only code of identity that runs the ORM."""
