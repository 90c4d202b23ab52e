"""Replacing a lost card."""

from django import forms


class ReplaceCardForm(forms.Form):
    """`card` is the code that was on the card when the page opened, so a second tap replaces nothing twice."""

    card = forms.CharField(max_length=8, widget=forms.HiddenInput)
