"""A lesson on a phone: the class is one tap, topics for higher grades fold away, the next class follows."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core import codes
from core.models.users import system_user
from core.permissions import Role
from fixtures.actions import reference
from peers.models import Lesson
from tests.conftest import PHONE
from tests.factories.schools import lesson_of, school_of
from tests.factories.staff import PASSWORD, member
from tests.factories.staff import organisation as staff_organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone_at(live_server, open_page):
    """Opens an address on a phone, signed in as an outreach worker; answers the page and a school with class 5 B."""
    reference.load(by=system_user())
    codes.clear()
    somebody = member(Role.OUTREACH_WORKER, staff_organisation("NGO-A"))
    school = school_of(first_grade=1, last_grade=9)
    lesson_of(school, occurred_on=timezone.localdate(), class_name="B")
    page = open_page(**PHONE)
    page.goto(f"{live_server.url}{reverse('account_login')}")
    page.fill("input[name=login]", somebody.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button, form button")
    page.goto(f"{live_server.url}{reverse('lessons:create')}?school={school.pk}")
    return page


def shown(page):
    """Lowest grades of the topics in sight."""
    groups = page.locator('[data-topics="fit"] [data-fits-from]')
    return [groups.nth(place).get_attribute("data-fits-from") for place in range(groups.count())]


def test_lesson_of_a_known_class_is_recorded_in_few_taps(phone_at):
    page = phone_at

    page.check('input[value="5:B"]')
    hidden = not page.locator(".lesson-class").is_visible()
    topics = shown(page)
    page.check('input[value="goals"]')
    page.fill("input[name=heads_F]", "20")
    page.fill("input[name=heads_M]", "21")
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.locator(".form-bar button").click()
    page.get_by_role("link", name="Another class at this school").click()

    assert (hidden, topics, wide) == (True, ["1", "4"], 360)
    assert page.locator("select[name=school]").input_value() == str(Lesson.objects.first().school_id)
    assert Lesson.objects.filter(grade=5, class_name="B", pupils=41).count() == 1


def test_topics_follow_the_grade_and_a_chosen_one_stays(phone_at):
    page = phone_at

    seen = []
    for grade in ("9", "3"):
        page.check(f'input[name=grade][value="{grade}"]')
        seen.append(shown(page))
    page.check('input[name=grade][value="7"]')
    page.check('input[value="gender"]')
    page.check('input[name=grade][value="3"]')

    assert seen == [["1", "4", "7"], ["1"]]
    assert shown(page) == ["1", "7"]
