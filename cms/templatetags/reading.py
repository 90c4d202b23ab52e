"""What the public templates need besides the page itself."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def exit_url():
    """Where the quick exit leads: a neutral page of other people's, set by `EXIT_URL`."""
    return settings.EXIT_URL
