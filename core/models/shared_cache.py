"""What every worker process must remember for a short time."""

from django.db import models


class SharedCacheEntry(models.Model):
    """One failed sign-in count or one spent code, until it expires: Django's own database cache reads and writes it.

    A model, so that migrations make the table and nobody has to run another command. The table's name keeps it
    apart from the programme's own tables, which a read may not write to.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "shared_cache"

    def __str__(self):
        return self.cache_key
