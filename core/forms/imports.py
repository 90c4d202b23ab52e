"""The forms around an import: which file, and whether to go on."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """One file of one kind, for one organisation. `organisations` are those that the person may import into."""

    kind = forms.ChoiceField(label=_("What is in the file?"))
    organisation = forms.ChoiceField(label=_("Organisation"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("An Excel workbook (.xlsx) or a CSV file, up to 2 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": _("Choose the file."),
            "empty": _("This file is empty. Take the template, fill it in and send that."),
            "missing": _("Choose the file."),
        },
    )
    create_sites = forms.BooleanField(
        label=_("Make sites that aren't known yet"),
        required=False,
        help_text=_("Each code that isn't known becomes a site of your own, to be completed later."),
    )

    def __init__(self, *args, organisations, kinds, may_make_sites: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisations = list(organisations)
        self.fields["kind"].choices = kinds
        if len(self.organisations) > 1:
            choices = [(str(row.pk), row.name) for row in self.organisations]
            self.fields["organisation"].choices = [("", _("Choose")), *choices]
        else:
            del self.fields["organisation"]
        if not may_make_sites:
            del self.fields["create_sites"]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(_("This file has more than 2 MB. Part it into smaller ones."))
        return file

    @property
    def chosen_organisation(self):
        chosen = self.cleaned_data.get("organisation") or str(self.organisations[0].pk)
        return next(row for row in self.organisations if str(row.pk) == chosen)


class ConfirmForm(forms.Form):
    """Go on with an import; the same file for the second time must be meant."""

    again = forms.BooleanField(
        label=_("Import it again"), error_messages={"required": _("Tick this to import the same file again.")}
    )

    def __init__(self, *args, repeated: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not repeated:
            del self.fields["again"]
