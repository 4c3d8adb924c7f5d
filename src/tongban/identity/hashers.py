from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """argon2id m=19456 t=2 p=1 (OWASP): about 20 ms; Django's default would allow 11 logins a second on two cores."""

    algorithm = "argon2id"
    time_cost = 2
    memory_cost = 19456
    parallelism = 1
