"""Pure decisions about surveys: whom to ask, until when, and what a signed link holds."""
