"""Topics: the shelves of the site."""

from cms.models.articles import ArticlePage
from cms.models.reading import ReadingPage, readable


class TopicPage(ReadingPage):
    """One subject: what it is about in a few lines, and its articles."""

    template = "cms/pages/topic.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ArticlePage"]

    def story_context(self):
        return {"articles": list(readable(ArticlePage.objects.child_of(self)))}
