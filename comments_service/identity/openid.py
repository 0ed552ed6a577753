"""OpenID Connect: a server that describes itself, and a signed token that says who somebody is."""

import re
from collections.abc import Mapping
from typing import Any

from comments_service import ids, outbound
from comments_service.identity import exchange
from comments_service.identity.exchange import Proofs, Terms
from comments_service.outbound import Unusable
from comments_service.providers import Provider
from comments_service.settings import Settings

# Signatures that only whoever holds a private key can make: no secret shared with others, and never none.
_SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_LEEWAY_SECONDS = 60
# Microsoft's description is everybody's: the company that vouches stands in the token, by its number.
_TENANT = "{tenantid}"
_TENANT_NUMBER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def agreed(settings: Settings, provider: Provider) -> Terms:
    """The terms of a provider that describes itself (Discovery, 4). Raises Refused or Unreachable."""
    table = outbound.as_table(outbound.get(settings, provider.discovery))
    issuer = _text(table, "issuer")
    expected = provider.discovery.removesuffix("/.well-known/openid-configuration")
    if issuer.rstrip("/").replace(f"/{_TENANT}/", "/common/") != expected.rstrip("/"):
        raise Unusable("it says that it is another")
    methods = table.get("token_endpoint_auth_methods_supported")
    by_form = isinstance(methods, list) and "client_secret_post" in methods
    return Terms(
        name=provider.name,
        authorize=_text(table, "authorization_endpoint"),
        token=_text(table, "token_endpoint"),
        client_id=provider.client_id,
        scope=provider.scope,
        auth="client_secret_post" if by_form else "client_secret_basic",
        issuer=issuer,
        answers_with_issuer="yes" if table.get("authorization_response_iss_parameter_supported") is True else "",
        profile=str(table.get("userinfo_endpoint") or ""),
        keys=_text(table, "jwks_uri"),
    )


def is_everybodys(issuer: str) -> bool:
    """Whether a description is that of many, so that who vouches is only known from a token."""
    return _TENANT in issuer


def _text(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value:
        message = f"its description lacks {name}"
        raise Unusable(message)
    return value


def told(settings: Settings, terms: Terms, token: Mapping[str, Any], given: Proofs) -> dict[str, Any]:
    """The claims of a token that holds good, with those that the server only tells when asked (Core, 3.1.3.7, 5.3).

    Raises Refused or Unreachable.
    """
    claims = _verified(settings, terms, token, given)
    if "name" in claims or not terms.profile:
        return claims
    more = exchange.told(settings, terms.profile, token)
    if more.get("sub") != claims["sub"]:
        raise Unusable("it tells of two people")
    return more | claims


def _verified(settings: Settings, terms: Terms, token: Mapping[str, Any], given: Proofs) -> dict[str, Any]:
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    keys = outbound.as_table(outbound.get(settings, terms.keys))
    signed = token.get("id_token")
    if not isinstance(signed, str) or not isinstance(keys.get("keys"), list):
        raise Unusable("it gave no signed token")
    try:
        usable = [key for key in keys["keys"] if isinstance(key, dict) and key.get("kty") in {"RSA", "EC", "OKP"}]
        decoded = jwt.decode(signed, KeySet.import_key_set({"keys": usable}), algorithms=list(_SIGNATURES))
        issuer = _issuer(terms.issuer, decoded.claims)
        CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": terms.client_id},
            },
            params={
                "client_id": terms.client_id,
                "nonce": given.nonce,
                "access_token": token.get("access_token"),
            },
        ).validate(now=int(ids.moment().timestamp()), leeway=_LEEWAY_SECONDS)
    except JoseError as error:
        message = f"its signed token does not hold: {error.error}"
        raise Unusable(message) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unusable("its signed token can't be read") from error
    key = next((one for one in usable if one.get("kid") == decoded.header.get("kid")), {})
    if "issuer" in key and _issuer(str(key["issuer"]), decoded.claims) != issuer:
        raise Unusable("its signed token is signed for another")
    return dict(decoded.claims)


def _issuer(described: str, claims: Mapping[str, Any]) -> str:
    """Who has to vouch: whoever is described, or, where the description is everybody's, the company in the token."""
    tenant = claims.get("tid")
    if is_everybodys(described) and isinstance(tenant, str) and _TENANT_NUMBER.fullmatch(tenant):
        return described.replace(_TENANT, tenant)
    return described
