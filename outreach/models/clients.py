"""Clients: people known by a random number and a card, never by a name."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.ages import Precision, age_on
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from core.scope import Scope

ICONS = ["lotus", "shell", "rice", "bird", "fish", "moon", "sun", "leaf", "boat", "star", "drum", "kite"]


class ClientQuerySet(RecordQuerySet):
    def visible_to(self, scope: Scope):
        return super().visible_to(scope).unprotected_for(scope)

    def unprotected_for(self, scope: Scope):
        """Without child-protection records, but for those who may see them or made them."""
        if scope.covers(Permission.CHILD_PROTECTION, Permission.CLIENT_VIEW):
            return self
        protected = Q(organisation_id__in=scope.organisations(Permission.CHILD_PROTECTION))
        open_record = Q(restricted=False) & ~Q(pk__in=Client.objects.merged_into_protected())
        return self.filter(open_record | protected | Q(recorded_by_id=scope.user_id))

    def merged_into_protected(self):
        """Ids of records that were merged into a child-protection record: the person is protected."""
        return self.filter(survivor__restricted=True).order_by().values("pk")

    def own_condition(self, scope: Scope) -> Q:
        """A person is one's own if one registered them or met them.

        Asked once for all of the person's contacts: asked anew for each client it takes minutes.
        """
        contacts = self.model._meta.apps.get_model("outreach", "Contact").objects
        mine = Q(recorded_by_id=scope.user_id) | Q(worker_id=scope.user_id)
        met = contacts.filter(mine, client__isnull=False)
        return Q(recorded_by_id=scope.user_id) | Q(pk__in=met.order_by().values("client"))

    def findable_by(self, scope: Scope):
        """Clients whom the search box may find by an exact key: the whole organisation's, void ones aside."""
        found = self.countable().unprotected_for(scope)
        if scope.everywhere(Permission.CLIENT_VIEW):
            return found
        return found.filter(organisation_id__in=scope.all_organisations(Permission.CLIENT_VIEW))

    def with_group_on(self, day: date):
        """With `group_now`: the primary group on a day, None without one."""
        groups = ClientGroup.objects.filter(client=models.OuterRef("pk"), primary=True)
        groups = groups.filter(Q(since=None) | Q(since__lte=day))
        newest = groups.order_by(models.F("since").desc(nulls_last=True))
        return self.annotate(group_now=models.Subquery(newest.values("group")[:1]))

    def with_last_contact(self):
        """With `last_contact`: the day on which the person, merged records included, was last met."""
        facts = self.model._meta.apps.get_model("outreach", "Fact").objects.filter(client=models.OuterRef("pk"))
        return self.annotate(last_contact=models.Subquery(facts.order_by("-date").values("date")[:1]))

    def with_review_due(self, day: date):
        """Those whose newest risk review is more than three months old on a day."""
        reviews = self.model._meta.apps.get_model("outreach", "RiskReview").objects
        return self.filter(pk__in=reviews.people_due(day))

    def surviving(self):
        """Without those merged into somebody else."""
        return self.filter(merged_into=None)


class Client(Record):
    """One person the programme knows. `occurred_on` is the day of registration.

    A merged client keeps its row: `merged_into` is the next record, `survivor` the one at the chain's end
    (empty for one that stands by itself), whose attributes count.
    """

    kind_name = "client"
    view_permission = Permission.CLIENT_VIEW

    card_code = models.CharField(_("card code"), max_length=8, unique=True)
    nickname = models.CharField(_("nickname"), max_length=40, blank=True)
    icon = models.CharField(_("picture"), max_length=16, blank=True, choices=[(icon, icon) for icon in ICONS])
    sex = models.CharField(_("sex"), max_length=1, default="U")
    gender = models.CharField(_("gender"), max_length=16, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    birth_precision = models.CharField(
        _("how well it is known"),
        max_length=10,
        choices=[(p.value, p.value) for p in Precision],
        default=Precision.UNKNOWN,
    )
    known_positive_since = models.DateField(_("known positive, since"), null=True, blank=True)
    ovc_preventive = models.BooleanField(_("in approved primary prevention for children"), default=False)
    restricted = models.BooleanField(_("child-protection record"), default=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )
    survivor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed", editable=False)

    objects = ClientQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "card_code"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(sex__in=["F", "M", "X", "U"]), name="client_sex_known_code"),
            models.CheckConstraint(
                condition=Q(birth_date=None, birth_precision="unknown")
                | (Q(birth_date__isnull=False) & ~Q(birth_precision="unknown")),
                name="client_birth_date_with_precision",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None, survivor=None) | Q(merged_into__isnull=False, survivor__isnull=False),
                name="client_merged_has_survivor",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "nickname"], name="client_nickname"),
            models.Index(fields=["birth_date"], name="client_birth_date"),
            models.Index(fields=["organisation"], condition=Q(restricted=True), name="client_restricted"),
        ]

    def __str__(self):
        return f"{self.nickname} · {self.card_code}" if self.nickname else self.card_code

    def get_absolute_url(self):
        return reverse("clients:detail", args=[self.pk])

    @property
    def person_id(self):
        """The id under which this person is counted."""
        return self.survivor_id or self.pk

    def all_records(self) -> list:
        """The ids of this record and of those merged into it: one query, and a short list that indexes like."""
        return [self.pk, *Client.objects.filter(survivor=self.pk).values_list("pk", flat=True)]

    def age_on(self, day: date) -> int | None:
        return age_on(self.birth_date, day)

    def group_on(self, day: date) -> str:
        """The primary group on a day; `UNK` before the first one begins."""
        return primary_group([(row.since, row.group) for row in self.groups.all() if row.primary], day)

    def content(self) -> dict:
        groups = sorted((str(row.since or ""), row.group, row.primary) for row in self.groups.all())
        return {
            "reference": self.reference,
            "occurred_on": str(self.occurred_on),
            "nickname": self.nickname,
            "icon": self.icon,
            "sex": self.sex,
            "gender": self.gender,
            "birth_date": str(self.birth_date or ""),
            "birth_precision": str(self.birth_precision),
            "known_positive_since": str(self.known_positive_since or ""),
            "ovc_preventive": self.ovc_preventive,
            "groups": [list(group) for group in groups],
        }


def primary_group(dated: list[tuple[date | None, str]], day: date) -> str:
    """The group whose beginning is the last one not after `day`; one without a date holds from the beginning."""
    holding = [(since or date.min, group) for since, group in dated if since is None or since <= day]
    return max(holding)[1] if holding else "UNK"


class ClientGroup(models.Model):
    """A client belongs to a population group, as the primary one or beside it, from a date on."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="groups")
    group = models.CharField(_("population group"), max_length=16)
    primary = models.BooleanField(_("primary"), default=True)
    since = models.DateField(_("since"), null=True, blank=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "since"],
                condition=Q(primary=True),
                name="clientgroup_one_primary_a_day",
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(primary=True, since=None),
                name="clientgroup_one_undated_primary",
            ),
            models.UniqueConstraint(
                fields=["client", "group"], condition=Q(primary=False), name="clientgroup_other_once"
            ),
        ]

    def __str__(self):
        return self.group


class OldCard(models.Model):
    """A card code that was lost and replaced: it still finds its client."""

    code = models.CharField(_("card code"), max_length=8, primary_key=True)
    client = models.ForeignKey(Client, models.CASCADE, related_name="old_cards")
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")


class ClientKey(models.Model):
    """A matching key: HMAC of the UIC, whole or with one part left out. Never the code itself."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="keys")
    formula = models.PositiveSmallIntegerField(_("formula version"))
    left_out = models.CharField(_("part left out"), max_length=16, blank=True)
    key = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["key"], name="clientkey_key")]
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="clientkey_once")]


class Consent(models.Model):
    """What a client agreed to, or not, on a day. The newest row of a purpose holds."""

    class Purpose(models.TextChoices):
        RECORD = "record", _("Keeping a record")
        FOLLOW_UP = "follow_up", _("Being followed up")
        SHARE = "share", _("Sharing a referral with the service")

    client = models.ForeignKey(Client, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)
    status = models.CharField(_("consent"), max_length=32)
    given_on = models.DateField(_("on"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-given_on", "-pk"]


class LookAlike(models.Model):
    """Two clients who may be one person: open until somebody merges them or says they are two."""

    class Decision(models.TextChoices):
        OPEN = "open", _("To look at")
        MERGED = "merged", _("Merged")
        TWO = "two", _("Two people")

    first = models.ForeignKey(Client, models.CASCADE, related_name="+")
    second = models.ForeignKey(Client, models.CASCADE, related_name="+")
    why = models.CharField(_("why"), max_length=40)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision, default=Decision.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["decision"], name="lookalike_decision")]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="lookalike_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="lookalike_in_order"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None) | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="lookalike_decided_whole_or_not",
            ),
        ]
