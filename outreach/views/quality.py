"""The data-quality desk: one card a check, a list to work for each, and what was closed with whose reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from core import codes
from core.actions.records import Refused
from core.models import Site, User
from core.permissions import Permission
from core.wording import shown
from outreach import quality, wording
from outreach.actions import look_alikes
from outreach.actions import quality as actions
from outreach.forms.quality import CloseForm, NarrowForm
from outreach.models import Client, ClosedFinding, Contact
from outreach.quality import Desk, Row

PAGE = 25


@dataclass(frozen=True)
class Words:
    """What a check is called, what it looks for, and what to do about a finding."""

    label: Any
    text: Any
    mend: Any
    icon: str


WORDS = {
    "impossible_ages": Words(
        gettext_lazy("Impossible ages"),
        gettext_lazy("Met before birth, over a hundred, or under ten in a group of adults"),
        gettext_lazy("Open the person, and mend the birth date or the group."),
        "attention",
    ),
    "heaped_ages": Words(
        gettext_lazy("Heaped ages"),
        gettext_lazy("A worker's guessed ages end in 0 or 5 too often"),
        gettext_lazy("Talk with the worker about asking for the year of birth. 100 is even, 500 is every age."),
        "figures",
    ),
    "new_year_births": Words(
        gettext_lazy("Born on 1 January"),
        gettext_lazy("Said to be known to the day"),
        gettext_lazy("If only the year is known, open the person and write the year alone."),
        "calendar",
    ),
    "too_many": Words(
        gettext_lazy("Too many contacts a day"),
        gettext_lazy("More than one worker can make"),
        gettext_lazy("Look at the contacts of that day: is each one true, and is the worker the right one?"),
        "people",
    ),
    "copied": Words(
        gettext_lazy("Copied entries"),
        gettext_lazy("The same content for different people, typed within minutes"),
        gettext_lazy("Ask the worker for the day's paper, and mend what differs."),
        "repeat",
    ),
    "late": Words(
        gettext_lazy("Late entry"),
        gettext_lazy("Typed long after it happened"),
        gettext_lazy("Check the date against the paper. If it is right, close it as true."),
        "clock",
    ),
    "missing": Words(
        gettext_lazy("Sex or age missing"),
        gettext_lazy("Nobody wrote it down"),
        gettext_lazy("Ask when the person is met next, or close it if it can't be known."),
        "info",
    ),
}


def why(name: str, row: Row) -> str:
    """What is odd about a finding, in words."""
    facts = row.facts
    if name == "impossible_ages":
        return _impossible(facts)
    if name == "heaped_ages":
        text = _("Whipple's index %(index)s: %(heaped)s of %(people)s ages end in 0 or 5")
        return text % {"index": facts[0], "heaped": facts[1], "people": facts[2]}
    if name == "new_year_births":
        return _("Born on 1 January %(year)s") % {"year": facts[0][:4]}
    if name == "too_many":
        text = ngettext("%(count)s contact on one day", "%(count)s contacts on one day", facts[0])
        return text % {"count": facts[0]}
    if name == "copied":
        text = _("%(count)s contacts with the same content (%(kind)s)")
        return text % {"count": facts[0], "kind": codes.label("contact_type", facts[1])}
    if name == "late":
        return ngettext("Typed %(days)s day later", "Typed %(days)s days later", facts[0]) % {"days": facts[0]}
    parts = [text for there, text in zip(facts, (_("sex"), _("age")), strict=True) if there]
    return _("Missing: %(what)s") % {"what": ", ".join(parts)}


def _impossible(facts: tuple) -> str:
    reason, _born, _precision, met, group = facts
    if reason == "before":
        return _("Met on %(day)s, before the birth date") % {"day": met}
    if reason == "old":
        return _("More than 100 years old on %(day)s") % {"day": met}
    return _("Under ten on %(day)s, in the group “%(group)s”") % {
        "day": met,
        "group": codes.label("population_group", group),
    }


@dataclass(frozen=True)
class Line:
    """One finding as the list shows it: `url` leads to the record, or to the contacts of that day."""

    row: Row
    name: str
    what: str
    why: str
    url: str
    worker: str
    site: str

    @property
    def value(self) -> str:
        """What the tick sends: which finding, and the state of the data that was seen."""
        return f"{self.row.organisation}|{self.row.key}|{self.row.fingerprint}"


def lines_of(desk: Desk, name: str, rows: Iterable[Row]) -> list[Line]:
    """The rows of one page in words: a query for each kind of thing that they name."""
    rows = list(rows)
    clients = Client.objects.visible_to(desk.scope).in_bulk({row.client for row in rows if row.client})
    contacts = Contact.objects.visible_to(desk.scope).select_related("client")
    contacts = contacts.in_bulk({row.contact for row in rows if row.contact})
    workers = User.objects.in_bulk({row.worker for row in rows if row.worker})
    sites = Site.objects.in_bulk({row.site for row in rows if row.site})
    found = []
    for row in rows:
        what, url = _subject(name, row, clients, contacts)
        worker = str(workers.get(row.worker, "")) if row.worker else ""
        site = str(sites.get(row.site, "")) if row.site else ""
        found.append(Line(row, name, what or worker, why(name, row), url, worker, site))
    return found


def _subject(name: str, row: Row, clients: dict[UUID, Client], contacts: dict[UUID, Contact]) -> tuple[str, str]:
    """What a finding is about, and where it is looked at; an empty text where it is the worker."""
    if row.client:
        client = clients[row.client]
        return wording.joined([wording.name(client), wording.sex_and_age(client)]), client.get_absolute_url()
    if row.contact:
        contact = contacts[row.contact]
        who = wording.name(contact.client) if contact.client else _("anonymous")
        return wording.joined([codes.label("contact_type", contact.kind), who]), contact.get_absolute_url()
    if name == "heaped_ages":
        return "", ""
    day = row.day.isoformat()
    return "", f"{reverse('contacts:list')}?worker={row.worker}&occurred_on_after={day}&occurred_on_before={day}"


class DeskView(LoginRequiredMixin, View):
    """What the screens share: who may look, who may close."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not request.scope.can(Permission.QUALITY_VIEW):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def desk(self) -> Desk:
        return Desk(self.request.scope, timezone.localdate())

    @staticmethod
    def words(check: str) -> Words:
        if check not in quality.CHECKS:
            raise Http404
        return WORDS[check]


class Overview(DeskView):
    """One card a check, with the number that is open."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        numbers = quality.numbers_open(self.desk)
        cards = [(WORDS[name], reverse("quality-check", args=[name]), number) for name, number in numbers.items()]
        if request.scope.can(Permission.CLIENT_MERGE):
            pairs = Words(_("Possible duplicates"), _("One person or two?"), "", "merge")
            cards.insert(0, (pairs, reverse("duplicates"), look_alikes.open_pairs(request.scope).count()))
        context = {
            "heading": _("Data quality"),
            "cards": cards,
            "since": shown(self.desk.since),
            "closed_url": reverse("quality-closed"),
        }
        return render(request, "outreach/quality/overview.html", context)


class Worklist(DeskView):
    """The open findings of one check; those that are ticked are closed for one reason."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request, check):
        return self.page(check, self.open(check), CloseForm())

    def post(self, request, check):
        rows, form = self.open(check), CloseForm(request.POST)
        ticked = set(request.POST.getlist("finding"))
        known = {f"{row.organisation}|{row.key}|{row.fingerprint}": row for row in rows}
        chosen = [known[value] for value in known.keys() & ticked]
        if any(not request.scope.can(Permission.QUALITY_CLOSE, row.organisation) for row in chosen):
            raise PermissionDenied
        if not request.scope.can(Permission.QUALITY_CLOSE):
            raise PermissionDenied
        if ticked and not chosen:
            form.add_error(None, _("These findings changed meanwhile. Look at them again."))
        elif not ticked:
            form.add_error(None, _("Tick the findings that are to be closed."))
        if not form.is_valid():
            return self.page(check, rows, form, ticked)
        chosen.sort(key=lambda row: row.key)
        try:
            number = actions.close(check=check, rows=chosen, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.page(check, rows, form, ticked)
        text = ngettext("%(count)s finding is closed.", "%(count)s findings are closed.", number) % {"count": number}
        messages.success(request, text)
        if len(chosen) < len(ticked):
            messages.warning(request, _("Some had changed meanwhile: they are still open."))
        return redirect(request.get_full_path())

    def open(self, check: str) -> list[Row]:
        self.words(check)
        desk = self.desk
        return quality.open_rows(desk, check, quality.closed_of(desk, [check]))

    def page(self, check: str, rows: list[Row], form: CloseForm, ticked: Iterable[str] = ()):
        request, words = self.request, self.words(check)
        narrow = NarrowForm(request.GET, rows=rows, at_sites=check in quality.AT_SITES)
        chosen = narrow.cleaned_data if narrow.is_valid() else {}
        page = Paginator(quality.narrowed(rows, chosen), PAGE).get_page(request.GET.get("page"))
        context = {
            "lead": _("Data quality"),
            "heading": words.label,
            "words": words,
            "narrow": narrow,
            "narrowed": any(chosen.values()),
            "lines": lines_of(self.desk, check, page),
            "at_sites": check in quality.AT_SITES,
            "form": form,
            "ticked": set(ticked),
            "may_close": request.scope.can(Permission.QUALITY_CLOSE),
            "page_obj": page,
            "paginator": page.paginator,
            "since": shown(self.desk.since),
            "closed_url": f"{reverse('quality-closed')}?check={check}",
        }
        return render(request, "outreach/quality/worklist.html", context)


class Closed(DeskView):
    """What was closed, by whom and why; each can be opened again."""

    http_method_names = ["get", "head", "post", "options"]

    def findings(self):
        return ClosedFinding.objects.visible_to(self.request.scope)

    def get(self, request):
        check = request.GET.get("check", "")
        rows = self.findings().select_related("closed_by")
        rows = rows.filter(check_name=self.words(check) and check) if check else rows
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        context = {
            "lead": _("Data quality"),
            "heading": _("Closed findings"),
            "rows": self.lines(page),
            "may_close": request.scope.can(Permission.QUALITY_CLOSE),
            "page_obj": page,
            "paginator": page.paginator,
            "check": WORDS[check].label if check else "",
        }
        return render(request, "outreach/quality/closed.html", context)

    def lines(self, page) -> list[tuple]:
        """(finding, its check, what it was about, where that is) without naming what the person may not see."""
        keys = {row.key: _uuid(row.key) for row in page}
        ids = {pk for pk in keys.values() if pk}
        clients = Client.objects.visible_to(self.request.scope).in_bulk(ids)
        contacts = Contact.objects.visible_to(self.request.scope).in_bulk(ids)
        workers = User.objects.in_bulk({int(key.split(":")[0]) for key, pk in keys.items() if not pk})
        found = []
        for row in page:
            record = clients.get(keys[row.key]) or contacts.get(keys[row.key])
            worker = None if keys[row.key] else workers.get(int(row.key.split(":")[0]))
            day = "" if keys[row.key] else row.key.split(":")[1]
            what = (
                _named(record) if record else wording.joined([str(worker), day]) if worker else _("not visible to you")
            )
            words = WORDS.get(row.check_name)
            found.append((row, words.label if words else row.check_name, what, record and record.get_absolute_url()))
        return found

    def post(self, request):
        number = request.POST.get("finding", "")
        if not number.isdecimal() or len(number) > 18:
            raise Http404
        finding = get_object_or_404(self.findings(), pk=int(number))
        if not request.scope.can(Permission.QUALITY_CLOSE, finding.organisation_id):
            raise PermissionDenied
        actions.reopen(finding=finding, by=request.user)
        messages.success(request, _("Opened again. What is still so stands on the list."))
        return redirect(request.get_full_path())


def _named(record: Client | Contact) -> str:
    if isinstance(record, Client):
        return wording.name(record)
    return wording.joined([codes.label("contact_type", record.kind), str(shown(record.occurred_on))])


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
