"""What the registry keeps: people, their items, clients, and the codes and tokens given to clients."""

from django.db import models

VISIBILITIES = [("public", "Everyone"), ("limited", "Trusted parties"), ("private", "Only its owner")]


class SigningKey(models.Model):
    """The RSA key that signs id_tokens, as a private JWK. One row, made at the first start."""

    jwk = models.JSONField()

    def __str__(self) -> str:
        return str(self.jwk.get("kid", ""))


class Client(models.Model):
    """An organisation's system. ``redirect_uris`` may hold ``*`` in the place of a port.

    A public client gets iDs and public data only; ``webhooks`` is what ORCID grants premium members.
    """

    class Kind(models.TextChoices):
        """Which of ORCID's two APIs it may use (orcid.md §8)."""

        MEMBER = "member"
        PUBLIC = "public"

    class Status(models.TextChoices):
        """What ORCID has done with it: one that is not active is refused at sign-in and by the API (orcid.md §5)."""

        ACTIVE = "active"
        LOCKED = "locked"
        DEACTIVATED = "deactivated"

    client_id = models.CharField(max_length=64, primary_key=True)
    secret = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    redirect_uris = models.JSONField(default=list)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.MEMBER)
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    webhooks = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody with an iD. ``status`` decides what the API says of the record (9007, 9018, 9036, 9044).

    ``sparse``: the record is given out with null wherever ORCID may give null (see ``sparse.py``).
    """

    class Status(models.TextChoices):
        """What has become of the record; each but the first is refused with an error of its own (orcid.md §16)."""

        ACTIVE = "active"
        LOCKED = "locked"
        DEACTIVATED = "deactivated"
        DEPRECATED = "deprecated"
        UNCLAIMED = "unclaimed"

    orcid = models.CharField(max_length=19, primary_key=True)
    password = models.CharField(max_length=200)
    username = models.CharField(max_length=100, blank=True)
    given_names = models.CharField(max_length=150, blank=True)
    family_name = models.CharField(max_length=150, blank=True)
    credit_name = models.CharField(max_length=150, blank=True)
    name_visibility = models.CharField(max_length=10, choices=VISIBILITIES, default="public")
    biography = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    primary = models.CharField(max_length=19, blank=True, help_text="The iD that replaced a deprecated one")
    visibility_default = models.CharField(max_length=10, choices=VISIBILITIES, default="public")
    locale = models.CharField(max_length=8, default="en")
    sparse = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.display_name or self.orcid

    @property
    def display_name(self) -> str:
        """The name shown to people: the published name, else given and family name."""
        return self.credit_name or " ".join(filter(None, [self.given_names, self.family_name]))

    @property
    def public_name(self) -> str | None:
        """The display name if everyone may see it, else None."""
        return (self.display_name or None) if self.name_visibility == "public" else None


class Email(models.Model):
    """One e-mail address of a person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="emails")
    address = models.EmailField(unique=True, max_length=350)
    verified = models.BooleanField(default=False)
    primary = models.BooleanField(default=False)
    visibility = models.CharField(max_length=10, choices=VISIBILITIES, default="private")
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.address


class Item(models.Model):
    """Anything on a record that has a put-code: works, affiliations, keywords, other names, links, countries.

    ``id`` is the put-code, unique in the whole registry and never used twice (SQLite AUTOINCREMENT). ``body``
    is the item in ORCID's JSON form without the fields that the registry fills in itself. ``client`` is the
    source, None when the person added it.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=30)
    client = models.ForeignKey(Client, models.CASCADE, null=True, related_name="items")
    visibility = models.CharField(max_length=10, choices=VISIBILITIES)
    body = models.JSONField()
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["person", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Identifier(models.Model):
    """An external identifier of an item, normalised: what the duplicate check looks up.

    Kept beside the item's body, because a record may hold thousands of works.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="identifiers")
    type = models.CharField(max_length=40)
    value = models.TextField()
    relationship = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["value", "type"])]

    def __str__(self) -> str:
        return f"{self.type} {self.value}"


class Webhook(models.Model):
    """An address that a client wants called when a record changes.

    ``pending_since`` is the first change that was not told yet, ``changes`` counts them, so that one that
    comes during a delivery is not lost. ``failures`` in a row decide when the next attempt is.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="webhooks")
    client = models.ForeignKey(Client, models.CASCADE, related_name="registered_webhooks")
    url = models.TextField()
    created = models.DateTimeField(auto_now_add=True)
    changes = models.PositiveIntegerField(default=0)
    pending_since = models.DateTimeField(null=True, db_index=True)
    failures = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "url"], name="one_webhook_for_an_address")]

    def __str__(self) -> str:
        return f"webhook of {self.client_id} for {self.person_id}"


class AuthorizationCode(models.Model):
    """A code on its way from the consent page to the token endpoint. Good once, and for a short time."""

    code = models.CharField(max_length=40, primary_key=True)
    client = models.ForeignKey(Client, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    scope = models.TextField()
    redirect_uri = models.TextField()
    nonce = models.TextField(blank=True)
    auth_time = models.DateTimeField()
    expires = models.DateTimeField()
    used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"code for {self.client_id}"


class Token(models.Model):
    """An access and refresh token pair. ``person`` is None for client credentials."""

    class Revoked(models.TextChoices):
        """Who ended it. One that the person ended still deletes what was written with it (orcid.md §6)."""

        NO = ""
        BY_USER = "user"
        BY_CLIENT = "client"

    access_token = models.CharField(max_length=36, unique=True)
    refresh_token = models.CharField(max_length=36, unique=True)
    client = models.ForeignKey(Client, models.CASCADE, related_name="tokens")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="tokens")
    code = models.ForeignKey(AuthorizationCode, models.SET_NULL, null=True, related_name="tokens")
    scope = models.TextField()
    revoked = models.CharField(max_length=6, choices=Revoked, default=Revoked.NO, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return f"token of {self.client_id}"

    @property
    def scopes(self) -> frozenset[str]:
        """The granted scopes."""
        return frozenset(self.scope.split())
