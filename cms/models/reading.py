"""What every public page has in common, and which pages a reader may see."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.models import Page, PageViewRestriction

from cms import discretion
from cms.blocks import SourcesBlock, StoryBlock
from cms.choices import NativeReview, Sensitivity
from cms.fields import StoryField


def readable(pages):
    """Pages that anyone may read: what `live().public()` means, in one query instead of two."""
    own_path = ExpressionWrapper(OuterRef("path"), output_field=models.CharField())
    closed = PageViewRestriction.objects.annotate(own_path=own_path).filter(own_path__startswith=F("page__path"))
    return pages.live().filter(~Exists(closed))


def tabs(content_panels, care_panels):
    """The editor's two tabs: what readers see, and the care taken with it."""
    return TabbedInterface(
        [
            ObjectList(content_panels, heading=_("What readers see")),
            ObjectList(care_panels, heading=_("Care")),
        ],
        base_form_class=WagtailAdminPageForm,
    )


class ReadingPage(Page):
    """A page of the public site, in one language; its twin in the other shares its translation key."""

    summary = models.CharField(
        _("summary"), max_length=240, help_text=_("One or two sentences. Shown under the title and in lists.")
    )
    sensitivity = models.PositiveSmallIntegerField(
        _("sensitivity"),
        choices=Sensitivity.choices,
        default=Sensitivity.GENERAL,
        help_text=_("Level 2 needs a content note and a help card, and its own page behind a plain link."),
    )
    discreet_title = models.CharField(
        _("discreet title"),
        max_length=60,
        blank=True,
        help_text=_("Stands in the browser's tab and history instead of the title. Needed from level 1 up."),
    )
    body = StoryField(StoryBlock(), verbose_name=_("text"), blank=True)
    sources = StoryField(SourcesBlock(), verbose_name=_("sources"), blank=True)
    review_due_on = models.DateField(
        _("review due on"), null=True, blank=True, help_text=_("When the facts must be checked again.")
    )
    native_review = models.CharField(
        _("native review"), max_length=10, choices=NativeReview.choices, default=NativeReview.PENDING
    )
    editor_note = models.TextField(
        _("left to do"), blank=True, help_text=_("What still has to be filled in or checked. Readers never see it.")
    )
    demonstration = models.BooleanField(
        _("demonstration"),
        default=False,
        help_text=_(
            "Readers see a line saying that this text has not been reviewed. It goes when both reviews are done."
        ),
    )

    content_panels = [
        FieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("body"),
    ]
    care_panels = [
        MultiFieldPanel(
            [FieldPanel("sensitivity"), FieldPanel("discreet_title"), FieldPanel("slug")], heading=_("Discretion")
        ),
        MultiFieldPanel(
            [FieldPanel("review_due_on"), FieldPanel("native_review"), FieldPanel("demonstration", read_only=True)],
            heading=_("Review"),
        ),
        FieldPanel("editor_note"),
    ]

    edit_handler = tabs(content_panels, care_panels)

    class Meta:
        abstract = True

    @property
    def tab_title(self):
        """What the browser keeps in its history: never the subject of a sensitive page."""
        if self.sensitivity >= Sensitivity.SEXUAL_HEALTH:
            return self.discreet_title
        return self.title

    @property
    def language(self):
        return self.locale.language_code

    def clean(self):
        super().clean()
        found = discretion.problems(
            sensitivity=self.sensitivity,
            discreet_title=self.discreet_title,
            slug=self.slug or "",
            blocks={block.block_type for block in self.body},
        )
        if found:
            raise ValidationError(found)

    def story_context(self):
        """What this page type adds to the template's context."""
        return {}

    def serve(self, request, *args, **kwargs):
        """The page as HTML. It depends on the page alone: no user, session, cookie or query string is looked at."""
        with translation.override(self.language):
            context = {"page": self, "language": self.language, "home": self.home, "twins": self.twins()}
            context |= self.story_context()
            return HttpResponse(render_to_string(self.template, context))

    def serve_preview(self, request, mode_name):
        """Editors see the page in a frame of the editor, which a reader's page refuses."""
        response = self.serve(request)
        response["X-Frame-Options"] = "SAMEORIGIN"
        return csp_replace({"frame-ancestors": [SELF]})(lambda: response)()

    @cached_property
    def home(self):
        """The home page of this language, which also keeps the help card's number and the name of the site."""
        if self.depth == 2:
            return self
        # By name, since HomePage builds on this class.
        return apps.get_model("cms", "HomePage").objects.get(path=self.path[: 2 * Page.steplen])

    def twins(self):
        """The same page in the other languages, as far as readers may see it."""
        return list(readable(self.get_translations().select_related("locale")))
