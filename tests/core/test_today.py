"""The Today page of those who record nothing."""

import pytest

from core.permissions import Role

pytestmark = pytest.mark.django_db
QUIET = "Nothing waits for you now."


@pytest.mark.parametrize(
    ("role", "address"),
    [(Role.PARTNER_VIEWER, "/app/figures/definitions/")],
)
def test_today_leads_on_for_those_who_record_nothing(signed_in, lists, role, address):
    page = signed_in(role).get("/app/today/").content.decode()

    assert f'href="{address}"' in page
    assert QUIET not in page


def test_pages_travel_compressed_to_those_who_read_them_so(signed_in, lists):
    client = signed_in(Role.SUPERVISOR)

    plain, packed = (client.get("/app/today/", headers={"accept-encoding": how}) for how in ("identity", "gzip"))

    assert (plain.get("Content-Encoding"), packed["Content-Encoding"]) == (None, "gzip")
    assert len(packed.content) < len(plain.content) / 2
