"""What the provider tells of its user, beside their number."""

from oauth2_provider.oauth2_validators import OAuth2Validator


class Validator(OAuth2Validator):  # type: ignore[misc] # the library says nothing about its types
    """Puts the name into the signed token, if the profile was asked for."""

    oidc_claim_scope = OAuth2Validator.oidc_claim_scope | {"name": "profile", "email": "email"}

    def get_additional_claims(self, request):
        """The claims of a user."""
        return {"name": request.user.get_full_name(), "email": request.user.email}
