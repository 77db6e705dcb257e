"""How passwords are kept here."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class QuickScrypt(ScryptPasswordHasher):
    """Scrypt at a small cost: these passwords are printed for everybody to use and guard nothing real."""

    algorithm = "quick_scrypt"
    work_factor = 2**10
