"""The kernel's models, one concept a file."""

from core.models.audit import AuditChain, AuditLine
from core.models.codes import Code
from core.models.imports import ImportJob
from core.models.organisations import ROLE_LABELS, Membership, Organisation
from core.models.places import District, Province
from core.models.records import ConflictingCopy, Record, RecordVersion
from core.models.shared_cache import SharedCacheEntry
from core.models.sites import ServicePoint, Site
from core.models.users import SYSTEM_USERNAME, User

__all__ = [
    "ROLE_LABELS",
    "SYSTEM_USERNAME",
    "AuditChain",
    "AuditLine",
    "Code",
    "ConflictingCopy",
    "District",
    "ImportJob",
    "Membership",
    "Organisation",
    "Province",
    "Record",
    "RecordVersion",
    "ServicePoint",
    "SharedCacheEntry",
    "Site",
    "User",
]
