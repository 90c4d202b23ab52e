"""What each stored field tells about a person: open, sensitive or personal, said once for every field.

Personal fields can point to one person, or hold free text that might; exports leave them out unless somebody who
may asks for them. Sensitive fields would harm if they were linked to a person. A test fails on a field that
isn't classed here, and on a line here that names no field.
"""

from enum import StrEnum

from django.db.models import Model


class Kind(StrEnum):
    """How carefully a field is treated."""

    OPEN = "open"
    SENSITIVE = "sensitive"
    PERSONAL = "personal"


# Fields that an abstract model gives to every model built on it.
BASES: dict[str, dict[Kind, str]] = {
    "Record": {
        Kind.OPEN: "organisation occurred_on recorded_by recorded_at source version digest "
        "voided_at voided_by void_reason",
        Kind.SENSITIVE: "id reference",
    },
    "Place": {Kind.OPEN: "code name_en name_km"},
    "ReadingPage": {
        Kind.OPEN: "summary sensitivity discreet_title body sources review_due_on native_review editor_note "
        "demonstration",
    },
}

CLASSES: dict[str, dict[Kind, str]] = {
    "core.User": {
        Kind.OPEN: "id is_superuser username is_staff is_active date_joined language",
        Kind.SENSITIVE: "last_login",
        Kind.PERSONAL: "password first_name last_name email session_key",
    },
    "core.Organisation": {Kind.OPEN: "id code name provider_type active"},
    "core.Membership": {Kind.OPEN: "id user organisation role safeguarding_lead started_at ended_at"},
    "core.SharedCacheEntry": {Kind.OPEN: "cache_key value expires"},
    "core.AuditChain": {Kind.OPEN: "id organisation length hash"},
    "core.AuditLine": {
        Kind.OPEN: "id chain sequence at actor action record_kind detail digest hash",
        Kind.SENSITIVE: "record_id",
    },
    "core.Code": {
        Kind.OPEN: "id list code number label_en label_km km_status notes source attributes retired_on retired_by",
    },
    "core.Province": {},
    "core.District": {Kind.OPEN: "province"},
    "core.Site": {Kind.OPEN: "id organisation code name kind district closed_on"},
    "core.ServicePoint": {Kind.OPEN: "site kind public opening_hours"},
    "core.ImportJob": {
        Kind.OPEN: "id organisation kind digest create_sites state message counts progress worker worker_since "
        "uploaded_by uploaded_at finished_at",
        Kind.PERSONAL: "file_name content report",
    },
    "core.RecordVersion": {
        Kind.OPEN: "id organisation record_kind version changed_at changed_by reason",
        Kind.SENSITIVE: "record_id",
        Kind.PERSONAL: "content",
    },
    "core.ConflictingCopy": {
        Kind.OPEN: "id organisation record_kind digest sent_by sent_at settled_at settled_by",
        Kind.SENSITIVE: "record_id",
        Kind.PERSONAL: "content settled_note",
    },
    "outreach.Client": {
        Kind.OPEN: "sex",
        Kind.SENSITIVE: "gender birth_precision known_positive_since ovc_preventive restricted merged_into survivor",
        Kind.PERSONAL: "card_code nickname icon birth_date",
    },
    "outreach.ClientGroup": {Kind.OPEN: "id", Kind.SENSITIVE: "client group primary since"},
    "outreach.OldCard": {Kind.OPEN: "replaced_at replaced_by", Kind.SENSITIVE: "client", Kind.PERSONAL: "code"},
    "outreach.ClientKey": {Kind.OPEN: "id formula left_out", Kind.SENSITIVE: "client", Kind.PERSONAL: "key"},
    "outreach.Consent": {Kind.OPEN: "id purpose status given_on recorded_by", Kind.SENSITIVE: "client"},
    "outreach.LookAlike": {
        Kind.OPEN: "id why decision decided_by decided_at",
        Kind.SENSITIVE: "first second",
    },
    "outreach.Contact": {
        Kind.OPEN: "kind group_size site",
        Kind.SENSITIVE: "client hts_outcome overdose_reported",
        Kind.PERSONAL: "note",
    },
    "outreach.ServiceGiven": {Kind.OPEN: "id contact", Kind.SENSITIVE: "service"},
    "outreach.CommodityLine": {Kind.OPEN: "id contact", Kind.SENSITIVE: "commodity given taken_back"},
    "outreach.Fact": {
        Kind.OPEN: "organisation educator date month sex age kind group_size site district province",
        Kind.SENSITIVE: "contact client day_group group services hts_outcome known_positive_since ovc_preventive "
        "ns_given ns_taken_back",
    },
    "outreach.Referral": {
        Kind.OPEN: "urgent status closed_on not_completed_because",
        Kind.SENSITIVE: "client contact type destination",
    },
    "outreach.ReferralEvent": {
        Kind.OPEN: "id status happened_on said_by recorded_by recorded_at",
        Kind.SENSITIVE: "referral",
    },
    "peers.Session": {Kind.OPEN: "kind site topics services minutes", Kind.PERSONAL: "note"},
    "peers.SessionHeadcount": {Kind.OPEN: "id session sex age_band heads"},
    "peers.SessionCommodity": {Kind.OPEN: "id session commodity given taken_back"},
    "cms.ArticlePage": {},
    "cms.TopicPage": {},
    "cms.HomePage": {Kind.OPEN: "headline help_phone help_hours help_cost help_nearby"},
    "dashboards.Package": {Kind.OPEN: "id code version rule look_back_days source holds_from"},
}


def _spread(classes: dict[Kind, str]) -> dict[str, Kind]:
    return {name: kind for kind, names in classes.items() for name in names.split()}


_KINDS = {label: _spread(classes) for label, classes in CLASSES.items()}
_BASES = {name: _spread(classes) for name, classes in BASES.items()}


def classes_of(model: type[Model]) -> dict[str, Kind]:
    """The class of each field of the model by name, those of its abstract bases among them."""
    classes = dict(_KINDS.get(model._meta.label, {}))
    for base in model.__mro__:
        classes = _BASES.get(base.__name__, {}) | classes
    return classes


def is_personal(model: type[Model], name: str) -> bool:
    """Whether the field is personal; one that nobody classed is treated as personal."""
    return classes_of(model).get(name, Kind.PERSONAL) == Kind.PERSONAL
