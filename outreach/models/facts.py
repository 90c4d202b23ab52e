"""The narrow fact: one row for each countable contact, which every figure is counted from."""

from django.db import models

from outreach.models.contacts import Contact


class FactQuerySet(models.QuerySet):
    def in_period(self, start, end):
        return self.filter(date__gte=start, date__lte=end)

    def of_people(self):
        """Contacts with somebody known: anonymous ones give contacts and units, never people."""
        return self.filter(client__isnull=False)


class Fact(models.Model):
    """What counting needs to know of one contact that isn't void, with its client's attributes as they are now.

    client: id of the surviving client, empty if anonymous. month: year × 100 + month. age: completed years
    on the date, empty if unknown. day_group: ordinal day × 1000 + number of the primary group on that day, so
    that its minimum over a person's contacts tells day and group of the first. services: bit n is set for the
    service whose code has number n. ns_given, ns_taken_back: needle-syringe units.
    """

    contact = models.OneToOneField(Contact, models.CASCADE, primary_key=True, related_name="fact")
    client = models.UUIDField(null=True)
    organisation = models.IntegerField()
    educator = models.IntegerField()
    date = models.DateField()
    month = models.IntegerField()
    day_group = models.BigIntegerField()
    group = models.CharField(max_length=16)
    sex = models.CharField(max_length=1)
    age = models.SmallIntegerField(null=True)
    kind = models.CharField(max_length=32)
    group_size = models.IntegerField()
    site = models.UUIDField(null=True)
    district = models.CharField(max_length=8)
    province = models.CharField(max_length=8)
    services = models.BigIntegerField()
    hts_outcome = models.CharField(max_length=16)
    known_positive_since = models.DateField(null=True)
    ovc_preventive = models.BooleanField()
    ns_given = models.IntegerField()
    ns_taken_back = models.IntegerField()

    objects = FactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["date", "kind", "client", "age", "sex", "day_group", "organisation", "province"],
                name="fact_reach",
            ),
            models.Index(fields=["client", "date"], name="fact_person"),
        ]

    def __str__(self):
        return f"{self.date} {self.kind}"
