"""The rules of discretion, and the blocks that stories are made of."""

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import get_template
from wagtail.blocks import RawHTMLBlock
from wagtail.embeds.blocks import EmbedBlock

from cms import discretion, starter
from cms.blocks import SourcesBlock, StoryBlock
from cms.models import ArticlePage

CALM = {"sensitivity": 1, "discreet_title": "Health, part 1", "slug": "a1", "blocks": set()}
NEEDED = {"content_note", "help_card"}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"sensitivity": 0, "discreet_title": "", "slug": "hiv"}, []),
        ({"discreet_title": " "}, ["discreet_title"]),
        ({"discreet_title": "HIV facts"}, ["discreet_title"]),
        ({"discreet_title": "ការធ្វើតេស្ត"}, ["discreet_title"]),
        ({"slug": "hiv-facts"}, ["slug"]),
        ({"slug": "start"}, []),
        ({"sensitivity": 2}, ["body"]),
        ({"sensitivity": 2, "blocks": {"help_card"}}, ["body"]),
        ({"sensitivity": 2, "blocks": NEEDED | {"text"}}, []),
        ({"sensitivity": 2, "discreet_title": "", "slug": "sex"}, ["body", "discreet_title", "slug"]),
    ],
)
def test_problems_are_found_by_the_rules_of_discretion(change, fields):
    found = discretion.problems(**(CALM | change))

    assert sorted(found) == fields


def test_outing_words_are_whole_words_in_latin_script():
    assert discretion.outing_words("Artful protest about sexton HIV-positive") == ["hiv"]


def test_page_that_breaks_a_rule_is_refused(published):
    page = ArticlePage.objects.get(slug="a3", locale__language_code="en")
    page.body = [("text", "<p>Only text.</p>")]

    with pytest.raises(ValidationError) as refused:
        page.full_clean()

    assert list(refused.value.message_dict) == ["body"]


def every_block(block):
    yield block
    children = getattr(block, "child_blocks", {}).values()
    for child in [*children, *([block.child_block] if hasattr(block, "child_block") else [])]:
        yield from every_block(child)


def test_no_block_takes_raw_html_or_embeds():
    wrong = [type(block) for block in every_block(StoryBlock()) if isinstance(block, RawHTMLBlock | EmbedBlock)]

    assert wrong == []


@pytest.mark.parametrize("name", StoryBlock().child_blocks)
def test_block_has_a_description_and_its_preview_renders(name):
    block = StoryBlock().child_blocks[name]

    html = block.render(block.normalize(block.get_preview_value()))

    assert (bool(block.get_description()), "<" in html) == (True, True)


def test_every_block_has_its_own_template():
    blocks = [*StoryBlock().child_blocks.values(), *SourcesBlock().child_blocks.values()]

    templates = {block.meta.template for block in blocks}

    assert len(templates) == len(blocks)
    assert all(get_template(template) for template in templates)


def test_text_written_by_an_editor_is_escaped():
    block = StoryBlock().child_blocks["key_facts"]

    html = block.render(block.to_python({"heading": "<b>x", "facts": ["<script>alert(1)</script>"]}))

    assert ("<b>x" in html, "<script>" in html) == (False, False)


def test_block_definitions_stay_out_of_migrations():
    _name, path, args, kwargs = ArticlePage._meta.get_field("body").deconstruct()

    assert (path, args, sorted(kwargs)) == ("cms.fields.StoryField", [[]], ["blank", "verbose_name"])


@pytest.mark.parametrize("entry", starter.pages(), ids=lambda entry: entry.name)
def test_starter_page_has_the_same_shape_in_both_languages(entry):
    english, khmer = entry.words("en"), entry.words("km")

    shapes = [[block["type"] for block in words["body"]] for words in (english, khmer)]
    lengths = [[len(words.get("sources", [])), len(str(words["body"]).split("<li>"))] for words in (english, khmer)]

    assert shapes[0] == shapes[1]
    assert lengths[0] == lengths[1]


@pytest.mark.parametrize("entry", starter.pages(), ids=lambda entry: entry.name)
def test_khmer_starter_page_is_in_khmer(entry):
    words = entry.words("km")

    fields = ["title", "summary", "discreet_title", "headline", "help_nearby"]
    latin = [field for field in fields if words.get(field) and not any("ក" <= sign <= "៿" for sign in words[field])]

    assert latin == []


@pytest.mark.parametrize("language", starter.LANGUAGES)
def test_every_starter_article_names_its_sources(language):
    articles = [entry for entry in starter.pages() if entry.kind == "article"]

    few = [entry.name for entry in articles if len(entry.words(language)["sources"]) < 3]

    assert few == []


@pytest.mark.parametrize("language", starter.LANGUAGES)
def test_starter_content_invents_no_telephone_number(language):
    home = next(entry for entry in starter.pages() if entry.kind == "home")

    assert home.words(language)["help_phone"] == ""
