"""What every module stands on: tenancy, events, realtime, storage, access, errors.

The kernel knows no domain word and imports no module.
"""
