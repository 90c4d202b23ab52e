"""An organisation's terms of peer work; the model's defaults where nobody has set them."""

from collections.abc import Iterable

from peers.models import PeerTerms


def terms_of(organisations: Iterable[int]) -> dict[int, PeerTerms]:
    """The terms of each organisation, by its id; one query."""
    wanted = set(organisations)
    kept = PeerTerms.objects.in_bulk(wanted)
    return {pk: kept.get(pk) or PeerTerms(organisation_id=pk) for pk in wanted}
