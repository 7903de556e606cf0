"""Password hashing for test runs."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2Hasher(Argon2PasswordHasher):
    """Argon2 with its smallest costs: the same code path, in a millisecond."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
