"""Create, amend and void: the form checks, the concept's action writes."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

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
        back = self.register.url("detail", self.record) if hasattr(self, "record") else self.register.url("list")
        context = {
            "form": form,
            "fieldsets": getattr(form, "fieldsets", []),
            "lead": self.register.heading,
            "submit_label": _("Save"),
            "cancel_url": back,
            **self.words(),
            **self.register.extra_context(self.request, getattr(self, "record", None)),
            **more,
        }
        return render(self.request, self.template, context, status=status)

    @property
    def template(self) -> str:
        return self.register.form_template


class CreateScreen(FormScreen):
    """A new record. The form carries the record's number, so a second post finds the first one's record."""

    needs = "create_permission"

    def form(self, data=None):
        organisations = self.register.organisations(self.request.scope, self.register.create_permission)
        initial = None if data is not None else self.register.initial(self.request)
        return self.register.form(data, scope=self.request.scope, organisations=organisations, initial=initial)

    def words(self) -> dict:
        return {"heading": self.register.create_label}

    def act(self, form):
        made = self.register.record(form, by=self.request.user)
        outcome, pk = (made, form.record_id) if isinstance(made, Outcome) else (Outcome.CREATED, made.pk)
        record = self.register.visible(self.request.scope).filter(pk=pk).first()
        back = self.register.url("detail", record) if record else self.register.url("list")
        if outcome == Outcome.CONFLICT:
            context = {
                "heading": _("Not saved"),
                "lead": self.register.heading,
                "record_url": record and back,
            }
            return render(self.request, "core/registers/conflict.html", context, status=409)
        say = {
            Outcome.CREATED: (messages.success, _("Saved.")),
            Outcome.DUPLICATE: (messages.info, _("This was saved already. Nothing was added twice.")),
            Outcome.GONE: (messages.warning, _("This record was made void meanwhile. It was not saved again.")),
        }
        notice, text = say[outcome]
        notice(self.request, text)
        return redirect(back)


class AmendScreen(FormScreen):
    """A changed record: a new version, unless somebody else made one since the form was opened."""

    needs = "amend_permission"

    def form(self, data=None):
        form_class = self.register.form
        initial = None if data is not None else form_class.initial_of(self.record)
        organisations = self.register.organisations(self.request.scope, self.register.amend_permission)
        organisations = organisations.filter(pk=self.register.organisation_of(self.record))
        return form_class(
            data, scope=self.request.scope, organisations=organisations, record=self.record, initial=initial
        )

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
        return redirect(self.register.url("detail", self.record))

    def act(self, form):
        try:
            self.register.amend(self.record, form, by=self.request.user)
        except Changed as changed:
            # The newest version is now known to the person: what they typed may be saved over it.
            form.data = {**form.data.dict(), "version": self.found(self.record.pk).version}
            form.add_error(None, str(changed))
            return self.page(form, status=409)
        messages.success(self.request, _("Saved."))
        return redirect(self.register.url("detail", self.record))


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
        return redirect(self.register.url("detail", self.record))
