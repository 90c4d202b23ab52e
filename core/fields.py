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
    "core.Organisation": {Kind.OPEN: "id code name provider_type active stock_in_bags"},
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
        Kind.OPEN: "kind group_size site worker arrived_at left_at return_method",
        Kind.SENSITIVE: "client hts_outcome overdose_reported centre_services for_others",
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
        Kind.OPEN: "urgent status closed_on not_completed_because share_consent arrived_on slip",
        Kind.SENSITIVE: "client contact type destination",
        Kind.PERSONAL: "slip_key",
    },
    "outreach.ReferralEvent": {
        Kind.OPEN: "id step status happened_on said_by recorded_by recorded_at",
        Kind.SENSITIVE: "referral",
    },
    "outreach.TracingAttempt": {
        Kind.OPEN: "id number tried_on how outcome recorded_by recorded_at",
        Kind.SENSITIVE: "referral",
    },
    "outreach.CentreService": {Kind.OPEN: "id site code services commodity quantity order"},
    "outreach.OpeningHours": {Kind.OPEN: "id site weekday opens closes"},
    "outreach.HotlineCall": {
        Kind.OPEN: "started_at nature topics sex age_band caller province outcome referral_type ring_again_at follows "
        "campaign",
        Kind.PERSONAL: "code_key",
    },
    "outreach.ViolenceEvent": {
        Kind.OPEN: "site sex age pep_by",
        Kind.SENSITIVE: "client happened_on happened_at types help_wanted pep",
        Kind.PERSONAL: "note",
    },
    "outreach.Concern": {
        Kind.OPEN: "raised_at respond_by first_action_at closed_on outcome sex age",
        Kind.SENSITIVE: "client violence concerns",
        Kind.PERSONAL: "note actions",
    },
    "outreach.RiskReview": {
        Kind.SENSITIVE: "client acts_per_week injections_per_week answers substances",
    },
    "outreach.Overdose": {
        Kind.OPEN: "site happened_at helped_by doses replace_kit follow_up_by followed_up_on",
        Kind.SENSITIVE: "client contact substances outcome follow_up",
    },
    "outreach.NeedleCollection": {
        Kind.OPEN: "site district method pieces grams",
        Kind.PERSONAL: "note",
    },
    "outreach.MethadoneStatus": {Kind.OPEN: "id since recorded_by", Kind.SENSITIVE: "client status"},
    "outreach.StockPlace": {Kind.OPEN: "id organisation kind site worker"},
    "outreach.StockDocument": {
        Kind.OPEN: "kind source_place destination_place lines campaign",
        Kind.PERSONAL: "note",
    },
    "outreach.StockCount": {Kind.OPEN: "place lines", Kind.PERSONAL: "note"},
    "outreach.StockMove": {
        Kind.OPEN: "id organisation occurred_on commodity quantity batch expires_on source destination document count "
        "session",
        Kind.SENSITIVE: "contact",
    },
    "outreach.Hotspot": {
        Kind.OPEN: "site status status_since moved_to",
        Kind.SENSITIVE: "venue times",
        Kind.PERSONAL: "name",
    },
    "outreach.SizeEstimate": {
        Kind.OPEN: "id estimated_on low point high method recorded_by",
        Kind.SENSITIVE: "hotspot",
    },
    "outreach.ClosedFinding": {
        Kind.OPEN: "id organisation check_name fingerprint reason closed_by closed_at",
        Kind.SENSITIVE: "key",
        Kind.PERSONAL: "note",
    },
    "outreach.FollowUpTick": {
        Kind.OPEN: "id organisation worker list_name reason ticked_on until",
        Kind.SENSITIVE: "subject",
    },
    "outreach.Campaign": {Kind.OPEN: "name message channels ends_on"},
    "peers.PeerEducator": {
        Kind.OPEN: "sex birth_year languages groups supervisor user",
        Kind.PERSONAL: "own_group note",
    },
    "peers.PeerStatus": {Kind.OPEN: "id peer status since reason"},
    "peers.PeerTerms": {
        Kind.OPEN: "organisation stipend_per_day transport_per_day currency people_per_peer people_per_worker",
    },
    "peers.MonthlyReport": {
        Kind.OPEN: "peer month duty_days transport_days accepted_on accepted_by sheet",
        Kind.PERSONAL: "note",
    },
    "peers.Training": {Kind.OPEN: "title topics ends_on hours site", Kind.PERSONAL: "note"},
    "peers.TrainingAttendance": {Kind.OPEN: "id training peer days score_before score_after signed_off"},
    "peers.SupervisionVisit": {Kind.OPEN: "peer kind session checklist score next_on", Kind.PERSONAL: "note"},
    "peers.AgreedAction": {Kind.OPEN: "id visit place due_on done_on", Kind.PERSONAL: "text"},
    "peers.MicroPlan": {Kind.OPEN: "peer month weeks", Kind.PERSONAL: "note"},
    "peers.PlanLine": {
        Kind.OPEN: "id plan site in_weeks",
        Kind.SENSITIVE: "client acts_per_week injections_per_week priority",
    },
    "peers.Session": {
        Kind.OPEN: "kind site topics services minutes place campaign knowledge",
        Kind.PERSONAL: "note",
    },
    "peers.SessionAttendance": {Kind.OPEN: "id session", Kind.SENSITIVE: "client contact"},
    "peers.Workplace": {
        Kind.OPEN: "site enterprise sector agreement_on agreement_until policy_on",
        Kind.PERSONAL: "note",
    },
    "peers.WorkforceCount": {Kind.OPEN: "id workplace counted_on sex age_band workers"},
    "peers.Committee": {
        Kind.OPEN: "workplace formed_on reformed_on trained_on closed_on closed_because",
        Kind.PERSONAL: "note",
    },
    "peers.CommitteeMember": {Kind.OPEN: "id committee place role side sex since until"},
    "peers.CommitteeMeeting": {
        Kind.OPEN: "committee present minutes_on_paper",
        Kind.PERSONAL: "minutes decisions",
    },
    "peers.CommitteeAction": {Kind.OPEN: "id meeting place role due_on done_on", Kind.PERSONAL: "text"},
    "peers.School": {Kind.OPEN: "site first_grade last_grade", Kind.PERSONAL: "note"},
    "peers.PupilCount": {Kind.OPEN: "id school counted_on grade sex pupils"},
    "peers.TeachersTrained": {Kind.OPEN: "id school trained_on sex teachers"},
    "peers.Lesson": {
        Kind.OPEN: "school school_year grade class_name topics heads pupils minutes",
        Kind.PERSONAL: "note",
    },
    "peers.RollOut": {Kind.OPEN: "province status partner", Kind.PERSONAL: "note"},
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
