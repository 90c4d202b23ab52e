"""What the screens offer first: labels of pictures, common services and goods. Codes only; no Django models."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PICTURES = {
    "lotus": _("Lotus"),
    "shell": _("Shell"),
    "rice": _("Rice"),
    "bird": _("Bird"),
    "fish": _("Fish"),
    "moon": _("Moon"),
    "sun": pgettext_lazy("picture", "Sun"),
    "leaf": _("Leaf"),
    "boat": _("Boat"),
    "star": _("Star"),
    "drum": _("Drum"),
    "kite": _("Kite"),
}

# Order of the chips; what a programme adds to the code lists follows behind "More".
COMMON_SERVICES = ("IEC", "CONDOM", "LUBE", "HTS_OFFER", "HTS_REF", "STI_OFFER")
COMMON_GOODS = ("COND_M", "LUBE_S", "COND_F")
COMMON_REFERRALS = ("HTS", "STI", "PREP", "OAMT", "TB", "SRH", "HEP", "MED")
HARM_REDUCTION_SERVICES = ("NSP", "NSP_COLLECT", "NALOXONE", "OD_RESPONSE", "WOUND", "OAMT_REF")
HARM_REDUCTION_GOODS = ("SYR_1ML_FIX", "SYR_2ML", "SWAB", "WATER", "NALOX", "COND_M")
HARM_REDUCTION_TAKEN = ("SYR_1ML_FIX", "SYR_2ML")

# Service sought → kinds of service points that offer it, the likeliest first.
FITTING_POINTS = {
    "HTS": ("vcct", "drop_in", "hospital"),
    "STI": ("sti", "hospital"),
    "PMTCT": ("pmtct", "hospital"),
    "ART": ("art", "hospital"),
    "PREP": ("sti", "vcct", "art"),
    "PEP": ("art", "hospital"),
    "TB": ("tb", "hospital"),
    "OAMT": ("methadone",),
    "DRUGTX": ("methadone", "community", "hospital"),
    "HEP": ("hospital", "art"),
    "SRH": ("hospital", "sti"),
    "SAFEAB": ("hospital",),
    "GBV": ("violence", "hospital", "child_protection"),
    "CP": ("child_protection", "community"),
    "MH": ("mental_health", "hospital"),
    "LEGAL": ("legal",),
    "SHELTER": ("shelter", "child_protection"),
    "EDU": ("school", "community"),
    "VOC": ("school", "community"),
    "IDPOOR": ("office", "community"),
    "MED": ("hospital",),
}

# The largest group that counts as a small one (MER 2.6.1): its people are reached one by one.
SMALL_GROUP = 25

# Categories of the commodity list.
NEEDLES = frozenset({"needle_syringe", "needle"})
USED_COMES_BACK = NEEDLES | {"disposal"}

# The lines of a risk review: codes of `risk_question`, and the review's own fields among them.
RISK_THEMES = (
    (_("Drugs"), ("RQ07", "substances", "RQ05", "injections_per_week", "RQ06", "RQ08")),
    (_("Sex and partners"), ("acts_per_week", "RQ09", "RQ01", "RQ02", "RQ04")),
    (_("STI and HIV testing"), ("RQ03", "RQ10")),
    (_("Safety and everyday life"), ("RQ11", "RQ13", "RQ14", "RQ12")),
)
RISK_HELP = {
    "RQ11": _("Ask only if help can be offered."),
    "RQ12": _("How many of the five statements were answered rightly."),
}
_RISK_ANSWERS = {
    "yes": _("Yes"),
    "no": _("No"),
    "no_answer": _("No answer"),
    "under_6m": _("Less than 6 months ago"),
    "6_12m": _("6 to 12 months ago"),
    "over_12m": _("More than a year ago"),
    "never": _("Never"),
    "home": _("At home"),
    "street": _("On the street"),
    "dormitory": _("In a dormitory"),
    "other": _("Elsewhere"),
}


def risk_answer(code: str) -> str:
    """An answer of `risk_question` in words; a number, or an answer that a programme added, as it stands."""
    return str(_RISK_ANSWERS.get(code, code))


def first(wanted: tuple[str, ...], choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The choices with the wanted ones at the front, in their order."""
    place = {code: number for number, code in enumerate(wanted)}
    return sorted(choices, key=lambda choice: place.get(choice[0], len(wanted)))
