"""What the public may open of outreach, inside the language prefix: the desk where services confirm slips."""

from django.urls import path

from outreach.views.slip_desk import SlipDesk

urlpatterns = [path("slip/", SlipDesk.as_view(), name="slip-desk")]
