"""What a story is made of: a few plain blocks, shared by every page type.

No raw HTML, no embeds. Each block has a template in `templates/cms/blocks/`, a description and a
preview for the editor, and works without JavaScript.
"""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

TEXT_FEATURES = ["bold", "ol", "ul", "link"]


class HeadingBlock(blocks.CharBlock):
    """A heading of the second level."""

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("A short heading. Questions make good headings.")
        template = "cms/blocks/heading.html"
        preview_value = "What happens at a test?"


class TextBlock(blocks.RichTextBlock):
    """Paragraphs with bold words, lists and links, and nothing else."""

    def __init__(self, **kwargs):
        kwargs.setdefault("features", TEXT_FEATURES)
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Short paragraphs: one thought each, words that a twelve-year-old knows.")
        template = "cms/blocks/text.html"
        preview_value = "<p>A test is quick and <b>private</b>.</p>"


class KeyFactsBlock(blocks.StructBlock):
    """The few things to remember if nothing else is read."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=80)
    facts = blocks.ListBlock(blocks.CharBlock(max_length=240), label=_("Facts"), min_num=1, max_num=6)

    class Meta:
        icon = "pick"
        label = _("Key facts")
        description = _("One to six facts in a coloured box.")
        template = "cms/blocks/key_facts.html"
        preview_value = {"heading": "Good to know", "facts": ["The test is free.", "You may bring a friend."]}


class DoDontBlock(blocks.StructBlock):
    """What helps beside what harms."""

    do = blocks.ListBlock(blocks.CharBlock(max_length=200), label=_("Do"), min_num=1, max_num=6)
    dont = blocks.ListBlock(blocks.CharBlock(max_length=200), label=_("Don't"), min_num=1, max_num=6)

    class Meta:
        icon = "tick"
        label = _("Do and don't")
        description = _("Two short lists side by side: what helps, what does not.")
        template = "cms/blocks/do_dont.html"
        preview_value = {"do": ["Check the date on the packet."], "dont": ["Use two at once."]}


class StepBlock(blocks.StructBlock):
    """One step: what to do, and why or how if that needs saying."""

    title = blocks.CharBlock(label=_("Step"), max_length=120)
    detail = blocks.CharBlock(label=_("How or why"), max_length=300, required=False)


class StepsBlock(blocks.StructBlock):
    """Things to do in order."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=80, required=False)
    steps = blocks.ListBlock(StepBlock(label=_("Step")), label=_("Steps"), min_num=2, max_num=12)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        description = _("Numbered steps, each one thing to do.")
        template = "cms/blocks/steps.html"
        preview_value = {
            "heading": "At the test",
            "steps": [{"title": "You talk.", "detail": "Someone asks how they can help."}, {"title": "You decide."}],
        }


class AnswerBlock(blocks.StructBlock):
    """One possible answer, and what it deserves to hear."""

    text = blocks.CharBlock(label=_("Answer"), max_length=120)
    right = blocks.BooleanBlock(label=_("This is the right answer"), required=False)
    feedback = blocks.CharBlock(
        label=_("Feedback"), max_length=300, help_text=_("Kind also to those who guessed wrong.")
    )


class QuickCheckBlock(blocks.StructBlock):
    """One question; each answer opens onto its own feedback. Nothing is sent or kept."""

    question = blocks.CharBlock(label=_("Question"), max_length=200)
    answers = blocks.ListBlock(AnswerBlock(label=_("Answer")), label=_("Answers"), min_num=2, max_num=5)

    class Meta:
        icon = "help"
        label = _("Quick check")
        description = _("One question to ask oneself. Every answer gets its own feedback; nothing is stored.")
        template = "cms/blocks/quick_check.html"
        preview_value = {
            "question": "Can you see who has HIV?",
            "answers": [
                {"text": "Yes", "right": False, "feedback": "Many people think so. Only a test shows it."},
                {"text": "No", "right": True, "feedback": "Right. Only a test shows it."},
            ],
        }


class ContentNoteBlock(blocks.TextBlock):
    """Says before the first line what the page speaks about, so that a reader can turn back."""

    class Meta:
        icon = "warning"
        label = _("Content note")
        description = _("Says what the page speaks about, before it does. Needed on pages of level 2.")
        template = "cms/blocks/content_note.html"
        preview_value = "This page speaks openly about bodies and sex."


class HelpCardBlock(blocks.StructBlock):
    """Where to ask a person. The number, hours and cost are kept once, on the home page."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=80)
    text = blocks.CharBlock(label=_("Text"), max_length=300, required=False)

    class Meta:
        icon = "group"
        label = _("Help card")
        description = _("A person to talk to. Shows the number, hours and cost written on the home page.")
        template = "cms/blocks/help_card.html"
        preview_value = {"heading": "Talk with someone", "text": "You don't have to be ill to ask."}


class SourceBlock(blocks.StructBlock):
    """One document that the page's facts come from, so that a reviewer can check them."""

    title = blocks.CharBlock(label=_("Title"), max_length=200)
    publisher = blocks.CharBlock(label=_("Published by"), max_length=120)
    year = blocks.CharBlock(label=_("Year"), max_length=4, required=False)
    url = blocks.URLBlock(label=_("Address"), required=False, help_text=_("Only one that you have opened yourself."))

    class Meta:
        icon = "doc-full"
        label = _("Source")
        template = "cms/blocks/source.html"
        description = _("A document that stands behind what the page says.")
        preview_value = {"title": "HIV and AIDS: fact sheet", "publisher": "World Health Organization"}


class StoryBlock(blocks.StreamBlock):
    """The one tree of blocks that every page body uses."""

    content_note = ContentNoteBlock()
    heading = HeadingBlock(max_length=120)
    text = TextBlock()
    key_facts = KeyFactsBlock()
    do_dont = DoDontBlock()
    steps = StepsBlock()
    quick_check = QuickCheckBlock()
    help_card = HelpCardBlock()

    class Meta:
        block_counts = {"content_note": {"max_num": 1}, "help_card": {"max_num": 1}}


class SourcesBlock(blocks.StreamBlock):
    """The list of sources under a page."""

    source = SourceBlock()
