"""The first page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from cms.models.reading import ReadingPage, readable, tabs
from cms.models.topics import TopicPage


class HomePage(ReadingPage):
    """The front of the site in one language: its neutral name, its topics, and whom to ask.

    Its title is the name of the site. The help card of every page shows the number written here.
    """

    template = "cms/pages/home.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.TopicPage"]
    max_count_per_parent = 2  # one a language

    headline = models.CharField(_("headline"), max_length=120)
    help_phone = models.CharField(
        _("help line number"),
        max_length=30,
        blank=True,
        help_text=_("Only a number that you have rung yourself. While it is empty, pages say how to ask nearby."),
    )
    help_hours = models.CharField(_("help line hours"), max_length=80, blank=True)
    help_cost = models.CharField(_("cost of a call"), max_length=80, blank=True)
    help_nearby = models.CharField(
        _("how to ask nearby"), max_length=300, help_text=_("Shown on every help card, with or without a number.")
    )

    content_panels = [
        *ReadingPage.content_panels[:1],
        FieldPanel("headline"),
        *ReadingPage.content_panels[1:],
        MultiFieldPanel(
            [
                FieldPanel("help_phone"),
                FieldPanel("help_hours"),
                FieldPanel("help_cost"),
                FieldPanel("help_nearby"),
            ],
            heading=_("Help card"),
        ),
    ]
    edit_handler = tabs(content_panels, ReadingPage.care_panels)

    @property
    def help_phone_link(self):
        """The number as a `tel:` address: digits and a leading plus only."""
        return "tel:" + "".join(sign for sign in self.help_phone if sign.isdigit() or sign == "+")

    def story_context(self):
        return {"topics": list(readable(TopicPage.objects.child_of(self)))}
