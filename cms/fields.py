"""The field that stories are kept in."""

from wagtail.fields import StreamField


class StoryField(StreamField):
    """A StreamField whose block definitions stay out of migrations.

    Blocks are code: they change with a release, the column (JSON) does not, so a changed label
    must not ask for a migration.
    """

    def deconstruct(self):
        name, path, _block_types, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs
