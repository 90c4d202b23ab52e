"""What young people read: pages, and nothing of the programme's own records."""

from cms.models.articles import ArticlePage
from cms.models.home import HomePage
from cms.models.reading import ReadingPage, readable
from cms.models.topics import TopicPage

__all__ = ["ArticlePage", "HomePage", "ReadingPage", "TopicPage", "readable"]
