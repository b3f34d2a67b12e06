"""Settings of a provider, and what it says of an owner."""

from core.settings import settings

SETTINGS = {
    "WEEKLENS_OIDC_METADATA_URL": "https://id.desk.example/.well-known/openid-configuration",
    "WEEKLENS_OIDC_CLIENT_ID": "weeklens",
    "WEEKLENS_OIDC_CLIENT_SECRET": "between-the-two",
    "WEEKLENS_OIDC_OWNERS": "desk-owners",
    "WEEKLENS_OIDC_ANALYSTS": "desk-analysts, An@desk.example",
    "WEEKLENS_OIDC_VIEWERS": "desk-viewers",
    "WEEKLENS_URL": "https://weeklens.desk.example",
}
CLAIMS = {
    "iss": "https://id.desk.example",
    "sub": "olga",
    "email": "olga@desk.example",
    "groups": ["desk-owners"],
}


def switch_on(monkeypatch, **others: str) -> None:
    """Set what signing in needs, and other settings."""
    for name, value in (SETTINGS | others).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
