"""Discovery, keys, id_token and userinfo."""

import base64
import hashlib
import time

import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.registry_process import Registry, token_for

from .conftest import HIDDEN, PASSWORD, STUDENT


def discovery(registry: Registry) -> dict:
    return requests.get(f"{registry.base_url}/.well-known/openid-configuration", timeout=10).json()


def claims(registry: Registry, token: dict) -> dict:
    """The claims of an id_token, after its signature was checked against the published keys."""
    keys = KeySet.import_key_set(requests.get(discovery(registry)["jwks_uri"], timeout=10).json())
    return jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims


def test_discovery(registry: Registry) -> None:
    document = discovery(registry)
    assert document["issuer"] == registry.base_url
    assert document["id_token_signing_alg_values_supported"] == ["RS256"]
    assert document["token_endpoint_auth_methods_supported"] == ["client_secret_post"]
    assert document["scopes_supported"] == ["openid"]
    assert not {"revocation_endpoint", "code_challenge_methods_supported"} & set(document)


def test_keys_are_public_only(registry: Registry) -> None:
    keys = requests.get(discovery(registry)["jwks_uri"], timeout=10).json()["keys"]
    assert [set(key) & {"d", "p", "q", "dp", "dq", "qi", "alg"} for key in keys] == [set()]


def test_id_token(registry: Registry) -> None:
    token = token_for(registry, "student", PASSWORD, "openid /read-limited", nonce="the nonce")
    found = claims(registry, token)
    assert found["iss"] == registry.base_url
    assert found["aud"] == registry.client_id
    assert found["sub"] == STUDENT
    assert found["nonce"] == "the nonce"
    assert found["amr"] == "pwd"
    assert found["exp"] - found["iat"] == 24 * 3600
    assert found["auth_time"] <= found["iat"] <= time.time() + 1
    assert (found["name"], found["given_name"], found["family_name"]) == (
        "J. S. Carberry",
        "Josiah",
        "Carberry",
    )
    half = hashlib.sha256(token["access_token"].encode()).digest()[:16]
    assert found["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def test_hidden_names_are_not_in_the_id_token(registry: Registry) -> None:
    found = claims(registry, token_for(registry, HIDDEN, PASSWORD, "openid"))
    assert not {"name", "given_name", "family_name", "nonce"} & set(found)


def test_userinfo(registry: Registry) -> None:
    assert _userinfo(registry, token_for(registry, "student", PASSWORD, "openid")["access_token"]).json() == {
        "id": f"https://orcid.org/{STUDENT}",
        "sub": STUDENT,
        "name": "J. S. Carberry",
        "family_name": "Carberry",
        "given_name": "Josiah",
    }
    hidden = _userinfo(registry, token_for(registry, HIDDEN, PASSWORD, "openid")["access_token"]).json()
    assert (hidden["name"], hidden["family_name"], hidden["given_name"]) == (None, None, None)


def test_userinfo_refusal_has_a_hyphen_in_its_key(registry: Registry) -> None:
    answer = _userinfo(registry, "nonsense")
    assert answer.status_code == 403
    assert answer.json() == {"error": "access_denied", "error-description": "access_token is invalid"}


def _userinfo(registry: Registry, token: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{registry.base_url}/oauth/userinfo", headers=headers, timeout=10)
