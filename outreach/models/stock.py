"""Stock: every piece is in one place, and every move takes it from one place to another.

The balance of a place is what came in less what went out: nothing is stored twice. What a contact or session gave
out is moved by the contact or session itself, and moved anew when that changes.
"""

from collections import Counter
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, Site
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from core.scope import Scope
from core.wording import shown
from outreach.models.campaigns import Campaign
from outreach.models.contacts import Contact


class StockPlaceQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope):
        if scope.everywhere(Permission.STOCK_VIEW):
            return self
        return self.filter(organisation_id__in=scope.all_organisations(Permission.STOCK_VIEW))

    def holding(self):
        """Places in which pieces lie; the others are where they come from and where they end."""
        return self.filter(kind__in=StockPlace.HOLDING)


class StockPlace(models.Model):
    """Where pieces can be: the store, a site, a worker's bag; or outside, with suppliers, clients, waste, the unknown.

    Each organisation has one store and one of each place outside; a site and a worker have one each when needed.
    """

    class Kind(models.TextChoices):
        STORE = "store", _("Store")
        SITE = "site", _("Site")
        BAG = "bag", _("Worker's bag")
        SUPPLIER = "supplier", _("Suppliers")
        CLIENTS = "clients", _("Given to people")
        RETURNS = "returns", _("Used, taken back")
        WASTE = "waste", _("Thrown away")
        VARIANCE = "variance", _("Differences at counts")

    HOLDING = (Kind.STORE, Kind.SITE, Kind.BAG)

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("worker")
    )

    objects = StockPlaceQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind"], condition=Q(site=None, worker=None), name="stockplace_one_of_a_kind"
            ),
            models.UniqueConstraint(fields=["site"], name="stockplace_one_a_site"),
            models.UniqueConstraint(fields=["organisation", "worker"], name="stockplace_one_bag_a_worker"),
            models.CheckConstraint(
                condition=(Q(kind="site", worker=None) & Q(site__isnull=False))
                | (Q(kind="bag", site=None) & Q(worker__isnull=False))
                | (~Q(kind__in=["site", "bag"]) & Q(site=None, worker=None)),
                name="stockplace_belongs_to_its_kind",
            ),
        ]

    def __str__(self):
        return str(self.site or self.worker or self.get_kind_display())


class StockDocument(Record):
    """One delivery, transfer, loss or sending back. `lines` holds [commodity, pieces, batch, expires on].

    A receipt comes from outside and has no source; a loss and what is sent back go outside, to no destination.
    """

    kind_name = "stock_document"
    view_permission = Permission.STOCK_VIEW

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Received from a supplier")
        TRANSFER = "transfer", _("Moved to another place")
        LOSS = "loss", _("Thrown away or lost")
        SENT_BACK = "sent_back", _("Sent back to the supplier")

    kind = models.CharField(_("what happened"), max_length=10, choices=Kind)
    source_place = models.ForeignKey(
        StockPlace, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from")
    )
    destination_place = models.ForeignKey(
        StockPlace, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to")
    )
    lines = models.JSONField(_("lines"), default=list)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("campaign")
    )
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind="receipt", source_place=None, destination_place__isnull=False)
                | (
                    Q(kind="transfer", source_place__isnull=False, destination_place__isnull=False)
                    & ~Q(source_place=models.F("destination_place"))
                )
                | Q(kind__in=["loss", "sent_back"], source_place__isnull=False, destination_place=None),
                name="stockdocument_from_and_to_as_its_kind",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {shown(self.occurred_on)}"

    def get_absolute_url(self):
        return reverse("stock-documents:detail", args=[self.pk])


class StockCount(Record):
    """One count of a place, true at the end of its day. `lines` holds [commodity, counted, reason].

    Where the books said otherwise when the count was written, a move makes the balance at the end of that day what
    was counted, and the reason says why. The move stays as it was written: what is entered later for that day or
    an earlier one makes books and count differ again, and is shown as entered after the count.
    """

    kind_name = "stock_count"
    view_permission = Permission.STOCK_VIEW

    class Reason(models.TextChoices):
        NOT_RECORDED = "not_recorded", _("Given out and not recorded")
        MISCOUNTED = "miscounted", _("Counted wrongly before")
        DAMAGED = "damaged", _("Damaged or wet")
        EXPIRED = "expired", _("Expired")
        STOLEN = "stolen", _("Lost or stolen")
        FOUND = "found", _("Found again")
        OPENING = "opening", _("First count of this place")
        OTHER = "other", _("Something else")

    place = models.ForeignKey(StockPlace, models.PROTECT, related_name="counts", verbose_name=_("place"))
    lines = models.JSONField(_("lines"), default=list)
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        indexes = [models.Index(fields=["place", "occurred_on"], name="stockcount_of_place")]

    def __str__(self):
        return f"{self.place} · {shown(self.occurred_on)}"

    def get_absolute_url(self):
        return reverse("stock-counts:detail", args=[self.pk])


class StockMoveQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope):
        if scope.everywhere(Permission.STOCK_VIEW):
            return self
        return self.filter(organisation_id__in=scope.all_organisations(Permission.STOCK_VIEW))

    def until(self, day):
        """Moves up to the end of a day."""
        return self.filter(occurred_on__lte=day)

    def of(self, place: int, commodity: str):
        """Moves of one commodity into a place or out of it."""
        return self.filter(Q(source=place) | Q(destination=place), commodity=commodity)

    def before(self, move: "StockMove"):
        """Moves that come before one: of an earlier day, or written earlier on the same."""
        return self.filter(Q(occurred_on__lt=move.occurred_on) | Q(occurred_on=move.occurred_on, pk__lt=move.pk))

    def sums(self, end: str, *keys: str):
        """Pieces by place and commodity at one end of the moves: `source` or `destination`."""
        return self.order_by().values(end, "commodity", *keys).annotate(pieces=Sum("quantity"))

    def balances(self, places: Iterable[int]) -> dict[tuple[int, str], int]:
        """Pieces by (place, commodity), what came in less what went out; two queries, nothing for 0 moved."""
        ids, held = list(places), Counter()
        for end, sign in (("destination", 1), ("source", -1)):
            for row in self.filter(**{f"{end}__in": ids}).sums(end):
                held[row[end], row["commodity"]] += sign * row["pieces"]
        return dict(held)


class StockMove(models.Model):
    """Some pieces of one commodity left one place for another. One of the four says by what they were moved.

    `batch` and `expires_on` are told where a document names them; `session` is the id of a group session.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    occurred_on = models.DateField(_("date"))
    commodity = models.CharField(_("commodity"), max_length=40)
    quantity = models.PositiveIntegerField(_("pieces"))
    batch = models.CharField(_("batch"), max_length=40, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    source = models.ForeignKey(StockPlace, models.PROTECT, related_name="moves_out", verbose_name=_("from"))
    destination = models.ForeignKey(StockPlace, models.PROTECT, related_name="moves_in", verbose_name=_("to"))
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="stock_moves")
    document = models.ForeignKey(StockDocument, models.CASCADE, null=True, blank=True, related_name="moves")
    count = models.ForeignKey(StockCount, models.CASCADE, null=True, blank=True, related_name="moves")
    session = models.UUIDField(null=True, blank=True)

    objects = StockMoveQuerySet.as_manager()

    class Meta:
        ordering = ["occurred_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="stockmove_moves_something"),
            models.CheckConstraint(condition=~Q(source=models.F("destination")), name="stockmove_between_two_places"),
            models.CheckConstraint(
                condition=Q(contact__isnull=False, document=None, count=None, session=None)
                | Q(contact=None, document__isnull=False, count=None, session=None)
                | Q(contact=None, document=None, count__isnull=False, session=None)
                | Q(contact=None, document=None, count=None, session__isnull=False),
                name="stockmove_one_cause",
            ),
        ]
        indexes = [
            models.Index(
                fields=["source", "commodity", "occurred_on", "destination", "quantity"], name="stockmove_out"
            ),
            models.Index(fields=["destination", "commodity", "occurred_on", "quantity"], name="stockmove_in"),
            models.Index(fields=["session"], condition=Q(session__isnull=False), name="stockmove_session"),
        ]

    def __str__(self):
        return f"{self.occurred_on} {self.commodity} {self.quantity}"
