"""An OAuth client that we have not written asks about tokens (RFC 7662): make fuzz

Arguments: the API, the id and the secret of a key that may introspect, a good secret and one that was revoked.
"""

import sys

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7662 import IntrospectTokenValidator

api, key_id, key_secret, good, revoked = sys.argv[1:]


def ask(token, secret=key_secret):
    client = OAuth2Session(key_id, secret, token_endpoint_auth_method="client_secret_basic")
    return client.introspect_token(f"{api}/introspect", token=token, token_type_hint="access_token")


class Validator(IntrospectTokenValidator):
    """As a resource server of Authlib's uses it."""

    def introspect_token(self, token_string):
        return ask(token_string).json()


answer = ask(good)
assert answer.status_code == 200, answer.text
told = answer.json()
assert told["active"] is True and told["token_type"] == "Bearer", told
assert set(told["scope"].split()) == {"deploy", "read"} and told["client_id"].startswith("tok_"), told
assert answer.headers["cache-control"] == "no-store", answer.headers
for token in (revoked, "nonsense", ""):
    answer = ask(token)
    assert (answer.status_code, answer.json()) == (200, {"active": False}), answer.text
assert ask(good, "nonsense").status_code == 401

validator = Validator()
validator.validate_token(validator.authenticate_token(good), ["read"], None)
for token, scopes in ((revoked, ["read"]), (good, ["admin"])):
    try:
        validator.validate_token(validator.authenticate_token(token), scopes, None)
    except Exception as error:  # Authlib has one class for each reason.
        print(f"  refused, as it should be: {type(error).__name__}")
    else:
        sys.exit("Authlib's validator has let it through")
print("Authlib gets the expected answers")
