"""A real OpenID provider on the loopback: Canaille, with people, groups and passwords.

Run as a process of its own: ``python -m tests.browser.provider PORT CALLBACK``.
"""

import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

CLIENT, SECRET, PASSWORD = "weeklens", "a-secret-between-the-two", "correct horse battery"
PEOPLE = {"olga": "desk-owners", "anna": "desk-analysts", "vera": "desk-viewers", "sven": ""}
"""By user name, the group; their addresses are ``NAME@desk.example``."""


def app(port: int, callback: str):
    """The provider's WSGI app."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the loopback needs no TLS
    from canaille import create_app
    from canaille.app import models
    from canaille.backends import Backend
    from joserfc.jwk import JWKRegistry

    key = JWKRegistry.generate_key("RSA", 2048)
    key.ensure_kid()
    made = create_app(
        config={
            "ENV_FILE": None,
            "SECRET_KEY": os.urandom(32).hex(),
            "PREFERRED_URL_SCHEME": "http",
            "SERVER_NAME": f"127.0.0.1:{port}",
            "CANAILLE": {
                "DATABASE": "memory",
                "JAVASCRIPT": False,
                "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"]}},
            },
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)]},
        }
    )
    store = Backend.instance
    with made.app_context():
        for name, group in PEOPLE.items():
            person = models.User(
                user_name=name,
                formatted_name=name.title(),
                family_name=name.title(),
                emails=[f"{name}@desk.example"],
                password=PASSWORD,
            )
            store.save(person)
            if group:
                store.save(models.Group(display_name=group, members=[person]))
        client = models.Client(
            client_id=CLIENT,
            client_secret=SECRET,
            client_name="Weeklens",
            client_uri=callback.rpartition("/")[0],
            redirect_uris=[callback],
            post_logout_redirect_uris=[callback],
            grant_types=["authorization_code"],
            response_types=["code"],
            token_endpoint_auth_method="client_secret_basic",
            scope=["openid", "profile", "email", "groups"],
        )
        store.save(client)
        client.audience = [client]
        store.save(client)
    return made


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    listening = int(sys.argv[1])
    served = app(listening, sys.argv[2])
    with make_server("127.0.0.1", listening, served, handler_class=_Quiet) as server:
        server.serve_forever()
