"""Addresses of peer educators' screens, and their forms filled in."""

import uuid

from django.urls import reverse


def at(name, record=None, query=""):
    return reverse(f"peer-educators:{name}", args=[record.pk] if record else None) + query


def posted(**changed):
    data = {
        "id": str(uuid.uuid4()),
        "reference": "PE-7",
        "occurred_on": "2025-01-06",
        "status": "training",
        "status_since": "",
        "supervisor": "",
        "user": "",
        "sex": "F",
        "birth_year": "2001",
        "languages": ["km"],
        "groups": ["GFW"],
        "own_group": "",
        "note": "",
    }
    return data | changed


def as_amended(record, **changed):
    data = posted(reference=record.reference, occurred_on=str(record.occurred_on), version=record.version)
    return {**data, "change_reason": "", **changed}


def listed(client, query=""):
    response = client.get(at("list", query=query))
    return [row[1][0][1].replace("\N{NON-BREAKING HYPHEN}", "-") for row in response.context["rows"]]
