"""Posts that approve or administer need a second factor (trust §4)."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def required(settings):
    settings.MFA_REQUIRED_ROLES = ["coordinador", "administrador"]


def test_whoever_must_have_one_is_sent_to_enrol_and_then_let_in(cast, client, required):
    client.force_login(cast.beto)

    refused = client.get(reverse("my_day"))
    assert (refused.status_code, refused.url) == (302, reverse("mfa_index"))
    page = client.get(refused.url)
    assert "segundo paso" in page.content.decode()

    Authenticator.objects.create(user=cast.beto, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get(reverse("my_day")).status_code == 200


def test_a_post_is_not_a_way_around(cast, client, required):
    client.force_login(cast.beto)

    response = client.post(reverse("alerts:see_all"))

    assert response.url == reverse("mfa_index")


def test_other_posts_enter_as_always(cast, client, required):
    client.force_login(cast.ana)

    assert client.get(reverse("my_day")).status_code == 200


def test_one_can_always_leave(cast, client, required):
    client.force_login(cast.beto)

    response = client.post(reverse("account_logout"))

    assert response.url == reverse("account_login")
