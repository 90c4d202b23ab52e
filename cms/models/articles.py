"""Articles: one question answered."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.blocks import SourcesBlock
from cms.fields import StoryField
from cms.models.reading import ReadingPage, readable, tabs


class ArticlePage(ReadingPage):
    """One question that young people ask, answered in plain words, with the sources of its facts."""

    template = "cms/pages/article.html"
    parent_page_types = ["cms.TopicPage"]
    subpage_types: list[str] = []

    # The base page may do without sources; an article may not.
    sources = StoryField(SourcesBlock(), verbose_name=_("sources"), blank=False)

    content_panels = [*ReadingPage.content_panels, FieldPanel("sources")]
    edit_handler = tabs(content_panels, ReadingPage.care_panels)

    def story_context(self):
        """The topic and its other articles, in one query."""
        topic_path = self.path[: 3 * Page.steplen]
        around = Q(path=topic_path) | Q(path__startswith=topic_path, depth=self.depth)
        pages = list(readable(Page.objects.filter(around).exclude(pk=self.pk)))
        return {
            "topic": next((page for page in pages if page.depth < self.depth), None),
            "others": [page for page in pages if page.depth == self.depth],
        }
