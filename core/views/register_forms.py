"""The screens of a register that write: the form checks, the concept's action does it."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core import histories
from core.actions.records import Changed, Outcome, Refused
from core.forms.registers import VoidForm
from core.rules.problems import InvalidEntries
from core.views.screens import Screen


class FormScreen(Screen):
    """GET shows a form, POST checks it and calls the action; a refusal shows the form again with everything typed."""

    def get(self, request, pk=None):
        return self.page(self.form())

    def post(self, request, pk=None):
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form)
        try:
            return self.act(form)
        except InvalidEntries as wrong:
            form.add_problems(wrong)
        except Refused as refused:
            form.add_error(None, str(refused))
        return self.page(form)

    def page(self, form, status: int = 200, **more):
        words = {"submit_label": _("Save"), "cancel_url": self.back(self.record), **self.words()}
        context = {"form": form, "fieldsets": getattr(form, "fieldsets", []), **words, **more}
        return self.show(self.template, context, status=status)

    @property
    def template(self) -> str:
        return self.register.form_template

    def back(self, record) -> str:
        return self.register.url("detail", record) if record else self.register.url("list")


class CreateScreen(FormScreen):
    """A new record. The form carries the record's number, so a second post finds the first one's record."""

    needs = "create_permission"

    def form(self, data=None):
        organisations = self.register.organisations(self.request.scope, self.permission)
        initial = None if data is not None else self.register.initial(self.request)
        return self.register.form(data, scope=self.request.scope, organisations=organisations, initial=initial)

    def words(self) -> dict:
        return {"heading": self.register.create_label}

    def act(self, form):
        made = self.register.record(form, by=self.request.user)
        outcome, pk = (made, form.record_id) if isinstance(made, Outcome) else (Outcome.CREATED, made.pk)
        record = self.register.visible(self.request.scope).filter(pk=pk).first()
        if outcome == Outcome.CONFLICT:
            context = {"heading": _("Not saved"), "record_url": record and self.back(record)}
            return self.show("core/registers/conflict.html", context, status=409)
        level, text = {
            Outcome.CREATED: (messages.SUCCESS, _("Saved.")),
            Outcome.DUPLICATE: (messages.INFO, _("This was saved already. Nothing was added twice.")),
            Outcome.GONE: (messages.WARNING, _("This record was made void meanwhile. It was not saved again.")),
        }[outcome]
        messages.add_message(self.request, level, text)
        return redirect(self.back(record))


class AmendScreen(FormScreen):
    """A changed record: a new version, unless somebody else made one since the form was opened."""

    needs = "amend_permission"

    def form(self, data=None):
        organisations = self.register.organisations(self.request.scope, self.permission)
        frame = {"organisations": organisations.filter(pk=self.register.organisation_of(self.record))}
        initial = None if data is not None else self.register.form.initial_of(self.record)
        return self.register.form(data, scope=self.request.scope, record=self.record, initial=initial, **frame)

    def words(self) -> dict:
        return {"heading": _("Change: %(record)s") % {"record": self.register.title(self.record)}}

    def get(self, request, pk):
        return self.refuse_void() or super().get(request, pk)

    def post(self, request, pk):
        return self.refuse_void() or super().post(request, pk)

    def refuse_void(self):
        if not getattr(self.record, "is_void", False):
            return None
        messages.warning(self.request, _("A void record can't be changed."))
        return redirect(self.back(self.record))

    def act(self, form):
        try:
            self.register.amend(self.record, form, by=self.request.user)
        except Changed as changed:
            return self.changed_meanwhile(form, str(changed))
        messages.success(self.request, _("Saved."))
        return redirect(self.back(self.record))

    def changed_meanwhile(self, form, text: str):
        """The form again as it was typed, beside what the other person changed; saving now goes on top of that."""
        register, scope, now = self.register, self.request.scope, self.found(self.record.pk)
        opened = [kept.content for kept in histories.kept_versions(now) if kept.version == form.cleaned_data["version"]]
        unseen = register.unseen(now, scope)
        theirs = histories.changes(register, [*opened, now.content()], unseen=unseen, scope=scope)
        form.data = form.data.copy()
        form.data["version"] = now.version
        form.add_error(None, text)
        return self.page(form, status=409, theirs=[change for found in theirs for change in found])


class VoidScreen(AmendScreen):
    """A record made void, with a reason."""

    needs = "void_permission"
    template = "core/registers/void.html"

    def form(self, data=None):
        return VoidForm(data)

    def words(self) -> dict:
        heading = _("Make void: %(record)s") % {"record": self.register.title(self.record)}
        return {"heading": heading, "submit_label": _("Make void")}

    def act(self, form):
        self.register.void(self.record, by=self.request.user, reason=form.cleaned_data["reason"])
        messages.success(self.request, _("The record is void now."))
        return redirect(self.back(self.record))
