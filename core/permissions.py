"""Who may do what: every permission, every role, and the table that joins them.

Access is reviewed in this file's diff. No Django import: the table is plain data.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in an organisation."""

    PEER_EDUCATOR = "peer_educator"
    OUTREACH_WORKER = "outreach_worker"
    SUPERVISOR = "supervisor"
    PROGRAMME_MANAGER = "programme_manager"
    DATA_OFFICER = "data_officer"
    HOTLINE_COUNSELLOR = "hotline_counsellor"
    PARTNER_VIEWER = "partner_viewer"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing that can be done, or one kind of thing that can be seen."""

    CLIENT_VIEW = "client.view"
    CLIENT_RECORD = "client.record"
    CLIENT_MERGE = "client.merge"
    CLIENT_VOID = "client.void"
    KNOWN_POSITIVE = "client.known_positive"
    CHILD_PROTECTION = "client.child_protection"
    CONTACT_VIEW = "contact.view"
    CONTACT_RECORD = "contact.record"
    CONTACT_VOID = "contact.void"
    REFERRAL_VIEW = "referral.view"
    REFERRAL_RECORD = "referral.record"
    REFERRAL_VOID = "referral.void"
    SESSION_VIEW = "session.view"
    SESSION_RECORD = "session.record"
    SESSION_VOID = "session.void"
    PEER_VIEW = "peer.view"
    PEER_RECORD = "peer.record"
    PEER_VOID = "peer.void"
    PEER_REPORT = "peer.report"
    PEER_ACCEPT = "peer.accept"
    PEER_TERMS = "peer.terms"
    TEAM_EVERY = "team.every"
    TRAINING_VIEW = "training.view"
    TRAINING_RECORD = "training.record"
    TRAINING_VOID = "training.void"
    SUPERVISION_VIEW = "supervision.view"
    SUPERVISION_RECORD = "supervision.record"
    SUPERVISION_VOID = "supervision.void"
    PLAN_VIEW = "plan.view"
    PLAN_RECORD = "plan.record"
    PLAN_VOID = "plan.void"
    WORKPLACE_VIEW = "workplace.view"
    WORKPLACE_RECORD = "workplace.record"
    WORKPLACE_VOID = "workplace.void"
    SCHOOL_VIEW = "school.view"
    SCHOOL_RECORD = "school.record"
    SCHOOL_VOID = "school.void"
    CAMPAIGN_VIEW = "campaign.view"
    CAMPAIGN_RECORD = "campaign.record"
    CAMPAIGN_VOID = "campaign.void"
    RISK_VIEW = "risk.view"
    RISK_RECORD = "risk.record"
    RISK_VOID = "risk.void"
    HARM_VIEW = "harm.view"
    HARM_RECORD = "harm.record"
    HARM_VOID = "harm.void"
    VIOLENCE_VIEW = "violence.view"
    VIOLENCE_RECORD = "violence.record"
    VIOLENCE_VOID = "violence.void"
    CONCERN_RAISE = "concern.raise"
    CONCERN_VIEW = "concern.view"
    CONCERN_ACT = "concern.act"
    CALL_VIEW = "call.view"
    CALL_RECORD = "call.record"
    CALL_VOID = "call.void"
    STOCK_VIEW = "stock.view"
    STOCK_RECORD = "stock.record"
    STOCK_VOID = "stock.void"
    HOTSPOT_VIEW = "hotspot.view"
    HOTSPOT_MANAGE = "hotspot.manage"
    QUALITY_VIEW = "quality.view"
    QUALITY_CLOSE = "quality.close"
    CONFLICT_RESOLVE = "conflict.resolve"
    FIGURES_VIEW = "figures.view"
    DEFINITIONS_VIEW = "definitions.view"
    EXPORT = "data.export"
    EXPORT_PERSONAL = "data.export_personal"
    IMPORT = "data.import"
    SITE_VIEW = "site.view"
    SITE_MANAGE = "site.manage"
    MEMBER_VIEW = "member.view"
    MEMBER_HELP = "member.help"
    MEMBER_MANAGE = "member.manage"
    ORGANISATION_MANAGE = "organisation.manage"
    CODE_VIEW = "code.view"
    CODE_MANAGE = "code.manage"
    AUDIT_VIEW = "audit.view"
    CONTENT_EDIT = "content.edit"
    CONTENT_REVIEW = "content.review"


class Reach(StrEnum):
    """How far a grant reaches: one's own records, the organisation's, or every organisation's."""

    OWN = "own"
    ORGANISATION = "organisation"
    EVERYWHERE = "everywhere"


P = Permission
_FIELD = {
    P.CLIENT_VIEW,
    P.CLIENT_RECORD,
    P.CONTACT_VIEW,
    P.CONTACT_RECORD,
    P.REFERRAL_VIEW,
    P.REFERRAL_RECORD,
}
_FIELD |= {P.SESSION_VIEW, P.SESSION_RECORD, P.RISK_VIEW, P.RISK_RECORD, P.HARM_VIEW, P.HARM_RECORD}
# What is told in confidence: whoever wrote it sees it again, the others of the organisation don't.
_CONFIDED = {P.VIOLENCE_VIEW, P.VIOLENCE_RECORD, P.CONCERN_RAISE}
_VIOLENCE = {P.VIOLENCE_VIEW, P.VIOLENCE_RECORD, P.VIOLENCE_VOID}
_CALLS = {P.CALL_VIEW, P.CALL_RECORD}
_STOCK = {P.STOCK_VIEW, P.STOCK_RECORD}
_RECORDS = _FIELD | {
    P.CLIENT_VOID,
    P.CONTACT_VOID,
    P.REFERRAL_VOID,
    P.SESSION_VOID,
    P.RISK_VOID,
    P.HARM_VOID,
    P.CALL_VOID,
    P.STOCK_VOID,
    P.QUALITY_VIEW,
    P.QUALITY_CLOSE,
    P.CLIENT_MERGE,
    P.CONFLICT_RESOLVE,
}
_RECORDS |= {P.KNOWN_POSITIVE, P.CHILD_PROTECTION, *_VIOLENCE, *_CALLS, *_STOCK}
# What a peer educator sees and says of the own work: plan, month, coaching, training.
_OWN_WORK = {P.PEER_VIEW, P.PEER_REPORT, P.SUPERVISION_VIEW, P.TRAINING_VIEW, P.PLAN_VIEW, P.PLAN_RECORD}
_GROUPS_VIEW = {P.WORKPLACE_VIEW, P.SCHOOL_VIEW, P.CAMPAIGN_VIEW}
_PEERS_VIEW = {P.PEER_VIEW, P.TRAINING_VIEW, P.SUPERVISION_VIEW, P.PLAN_VIEW}
# Of peer educators this reaches the person's own team; all teams only with `TEAM_EVERY`.
_RECORDS |= {*_PEERS_VIEW, P.PEER_RECORD, P.PEER_VOID, P.PEER_REPORT, P.PEER_ACCEPT}
_RECORDS |= {P.TRAINING_RECORD, P.TRAINING_VOID, P.SUPERVISION_RECORD, P.SUPERVISION_VOID, P.PLAN_RECORD, P.PLAN_VOID}
_RECORDS |= {*_GROUPS_VIEW, P.WORKPLACE_RECORD, P.WORKPLACE_VOID, P.SCHOOL_RECORD, P.SCHOOL_VOID}
_RECORDS |= {P.CAMPAIGN_RECORD, P.CAMPAIGN_VOID}
_OFFICE = {P.FIGURES_VIEW, P.DEFINITIONS_VIEW, P.SITE_VIEW, P.CODE_VIEW}


def _grants(reach: Reach, *permissions: set[Permission]) -> dict[Permission, Reach]:
    return {permission: reach for group in permissions for permission in group}


GRANTS: dict[Role, dict[Permission, Reach]] = {
    Role.PEER_EDUCATOR: _grants(Reach.OWN, _FIELD, _CONFIDED, _OWN_WORK, {P.HOTSPOT_VIEW})
    | _grants(Reach.ORGANISATION, {P.SITE_VIEW, P.DEFINITIONS_VIEW, P.CAMPAIGN_VIEW}),
    Role.OUTREACH_WORKER: _grants(Reach.OWN, _CONFIDED, {P.HOTSPOT_VIEW})
    | _grants(
        Reach.ORGANISATION,
        _FIELD,
        _STOCK,
        _GROUPS_VIEW,
        {P.WORKPLACE_RECORD, P.SCHOOL_RECORD},
        {P.SITE_VIEW, P.DEFINITIONS_VIEW, P.KNOWN_POSITIVE},
    ),
    Role.SUPERVISOR: _grants(Reach.OWN, {P.CONCERN_RAISE})
    | _grants(
        Reach.ORGANISATION,
        _RECORDS,
        _OFFICE,
        {P.HOTSPOT_VIEW, P.HOTSPOT_MANAGE, P.MEMBER_VIEW, P.MEMBER_HELP},
    ),
    Role.PROGRAMME_MANAGER: _grants(
        Reach.ORGANISATION,
        {P.CLIENT_VIEW, P.CONTACT_VIEW, P.REFERRAL_VIEW, P.SESSION_VIEW, P.CONFLICT_RESOLVE},
        {P.HARM_VIEW, P.CALL_VIEW, P.STOCK_VIEW, P.QUALITY_VIEW},
        _PEERS_VIEW,
        _GROUPS_VIEW,
        {P.TEAM_EVERY, P.PEER_RECORD, P.PEER_TERMS, P.CAMPAIGN_RECORD},
        _OFFICE,
        {P.EXPORT, P.IMPORT, P.SITE_MANAGE, P.MEMBER_VIEW, P.MEMBER_HELP, P.MEMBER_MANAGE, P.AUDIT_VIEW},
    ),
    Role.DATA_OFFICER: _grants(
        Reach.ORGANISATION, _RECORDS, _OFFICE, {P.TEAM_EVERY, P.EXPORT, P.EXPORT_PERSONAL, P.IMPORT, P.SITE_MANAGE}
    ),
    Role.HOTLINE_COUNSELLOR: _grants(Reach.OWN, {P.CONCERN_RAISE})
    | _grants(Reach.ORGANISATION, _CALLS, {P.SITE_VIEW, P.DEFINITIONS_VIEW, P.CAMPAIGN_VIEW}),
    Role.PARTNER_VIEWER: _grants(Reach.ORGANISATION, {P.DEFINITIONS_VIEW}),
    Role.EDITOR: _grants(Reach.ORGANISATION, {P.CONTENT_EDIT}),
    Role.REVIEWER: _grants(Reach.ORGANISATION, {P.CONTENT_EDIT, P.CONTENT_REVIEW}),
    Role.ADMINISTRATOR: _grants(
        Reach.EVERYWHERE,
        _OFFICE,
        {P.SITE_MANAGE, P.MEMBER_VIEW, P.MEMBER_HELP, P.MEMBER_MANAGE},
        {P.ORGANISATION_MANAGE, P.CODE_MANAGE, P.AUDIT_VIEW},
    ),
}

# What a safeguarding lead holds in the organisation beside their role.
LEAD_GRANTS = frozenset(
    {P.CONCERN_RAISE, P.CONCERN_VIEW, P.CONCERN_ACT, P.VIOLENCE_VIEW, P.CHILD_PROTECTION, P.DEFINITIONS_VIEW}
)

# Whoever holds one of these needs a second factor to sign in.
SECOND_FACTOR = {
    P.EXPORT,
    P.EXPORT_PERSONAL,
    P.MEMBER_MANAGE,
    P.ORGANISATION_MANAGE,
    P.CODE_MANAGE,
    P.SITE_MANAGE,
    P.AUDIT_VIEW,
}

# Which roles a role may give and end. Nobody makes an administrator but an administrator.
APPOINTS: dict[Role, frozenset[Role]] = {
    Role.PROGRAMME_MANAGER: frozenset(Role) - {Role.ADMINISTRATOR},
    Role.ADMINISTRATOR: frozenset(Role),
}

# Whom a role may help to sign in: release after failed tries, a one-time link for a new password.
HELPS: dict[Role, frozenset[Role]] = {
    Role.SUPERVISOR: frozenset({Role.PEER_EDUCATOR, Role.OUTREACH_WORKER, Role.HOTLINE_COUNSELLOR}),
    **APPOINTS,
}
