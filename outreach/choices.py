"""What the screens offer first: labels of pictures, common services and goods. Codes only; no Django models."""

from django.utils.translation import gettext_lazy as _

PICTURES = {
    "lotus": _("Lotus"),
    "shell": _("Shell"),
    "rice": _("Rice"),
    "bird": _("Bird"),
    "fish": _("Fish"),
    "moon": _("Moon"),
    "sun": _("Sun"),
    "leaf": _("Leaf"),
    "boat": _("Boat"),
    "star": _("Star"),
    "drum": _("Drum"),
    "kite": _("Kite"),
}

# Order of the chips; what a programme adds to the code lists follows behind "More".
COMMON_SERVICES = ("IEC", "CONDOM", "LUBE", "HTS_OFFER", "HTS_REF", "STI_OFFER")
COMMON_GOODS = ("COND_M", "LUBE_S", "COND_F")
HARM_REDUCTION_SERVICES = ("NSP", "NSP_COLLECT", "NALOXONE", "OD_RESPONSE", "WOUND", "OAMT_REF")
HARM_REDUCTION_GOODS = ("SYR_1ML_FIX", "SYR_2ML", "SWAB", "WATER", "NALOX", "COND_M")
HARM_REDUCTION_TAKEN = ("SYR_1ML_FIX", "SYR_2ML")

# Categories of the commodity list.
NEEDLES = frozenset({"needle_syringe", "needle"})
USED_COMES_BACK = NEEDLES | {"disposal"}


def first(wanted: tuple[str, ...], choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The choices with the wanted ones at the front, in their order."""
    place = {code: number for number, code in enumerate(wanted)}
    return sorted(choices, key=lambda choice: place.get(choice[0], len(wanted)))
