"""The connection to Elasticsearch, and what becomes of its errors."""

import base64
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from al_core.errors import ConfigurationError, MetadataError, QueryError, StoreUnavailableError
from al_core.settings import Settings

#: Major versions of the server that the client speaks to.
MAJOR_VERSIONS = (8, 9)
#: A request that found nobody is sent again, to another address where there is one; one that took too long is not.
_RETRIES = 3
#: Codes of HTTP that pass: too many requests, no primary shard, behind a gateway.
BUSY = frozenset((429, 502, 503, 504))


def addresses_of(settings: Settings) -> list[str]:
    """Return the addresses of Elasticsearch.

    Raises
    ------
    ConfigurationError
        If there is none, or one is written wrongly.
    """
    found = [one.strip().rstrip("/") for one in (settings.elasticsearch_url or "").split(",") if one.strip()]
    wrong = [one for one in found if not one.startswith(("http://", "https://"))]
    if wrong or not found:
        raise ConfigurationError(
            f"SPECTROLABE_ELASTICSEARCH_URL={settings.elasticsearch_url!r}: expected addresses such as "
            "http://127.0.0.1:9200, separated by commas."
        )
    return found


def connect(settings: Settings) -> Elasticsearch:
    """Return the client that the settings describe; nothing is sent yet.

    Raises
    ------
    ConfigurationError
        If addresses, credentials or the certificate cannot be used.
    """
    options: dict[str, Any] = {
        "request_timeout": settings.elasticsearch_timeout_s,
        "max_retries": _RETRIES,
        "connections_per_node": 16,
    }
    if settings.elasticsearch_api_key:
        options["api_key"] = settings.elasticsearch_api_key
    elif settings.elasticsearch_username:
        options["headers"] = {"authorization": _basic(settings)}
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # what went wrong is raised, and said once
    addresses = addresses_of(settings)
    if settings.elasticsearch_ca is not None and any(one.startswith("https") for one in addresses):
        options["ssl_context"] = _trusting(settings.elasticsearch_ca)
    try:
        return Elasticsearch(_with_ports(addresses), **options)
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"SPECTROLABE_ELASTICSEARCH_URL={settings.elasticsearch_url!r}: {error}") from error


def _basic(settings: Settings) -> str:
    """Return user and password as they are sent; the client itself takes ASCII alone."""
    told = f"{settings.elasticsearch_username}:{settings.elasticsearch_password or ''}"
    return "Basic " + base64.b64encode(told.encode()).decode()


def _trusting(authority: Path) -> ssl.SSLContext:
    """Return how certificates are checked: by one authority."""
    try:
        return ssl.create_default_context(cafile=str(authority))
    except OSError as error:
        raise ConfigurationError(f"SPECTROLABE_ELASTICSEARCH_CA={authority} holds no certificate: {error}") from error


def _with_ports(addresses: list[str]) -> list[str]:
    """Return the addresses, each with a port: the client asks for one."""
    found = []
    for address in addresses:
        scheme, _, rest = address.partition("://")
        host, slash, path = rest.partition("/")
        if ":" not in host.rpartition("]")[2].rpartition("@")[2]:
            host += ":443" if scheme == "https" else ":80"
        found.append(f"{scheme}://{host}{slash}{path}")
    return found


def without_secrets(settings: Settings) -> str:
    """Return the addresses as they may be shown."""
    return ", ".join(one.rpartition("@")[2] if "@" in one else one for one in addresses_of(settings))


@contextmanager
def asking(where: str) -> Iterator[None]:
    """Turn what the client raises inside into the core's errors; `where` names the addresses."""
    try:
        yield
    except UnsupportedProductError as error:
        raise StoreUnavailableError(f"What answers at {where} is no Elasticsearch, or one older than 7.14.") from error
    except ApiError as error:
        raise _refusal(error, where) from error
    except ConnectionTimeout as error:
        raise StoreUnavailableError(
            f"Elasticsearch at {where} did not answer in time. Try again, or raise SPECTROLABE_ELASTICSEARCH_TIMEOUT_S."
        ) from error
    except TlsError as error:
        raise StoreUnavailableError(
            f"The certificate of Elasticsearch at {where} cannot be trusted ({reason_of(error)}). Name the "
            "authority that signed it in SPECTROLABE_ELASTICSEARCH_CA."
        ) from error
    except TransportError as error:
        raise StoreUnavailableError(
            f"Elasticsearch at {where} does not answer. Start it, or correct SPECTROLABE_ELASTICSEARCH_URL. "
            "Labels are safe, and changes reach it later."
        ) from error


def _refusal(error: ApiError, where: str) -> MetadataError:
    status, reason = error.status_code, reason_of(error)
    if status == 401:
        return StoreUnavailableError(
            f"Elasticsearch at {where} does not let us in (401): no or wrong credentials. Set "
            "SPECTROLABE_ELASTICSEARCH_API_KEY, or _USERNAME and _PASSWORD."
        )
    if status == 403:
        return StoreUnavailableError(f"Elasticsearch at {where} does not allow this to our user (403): {reason}.")
    if status == 404:
        return StoreUnavailableError(
            f"Elasticsearch at {where} does not have this index yet ({reason}). Build it: python -m al_core mirror."
        )
    if status == 406 or "compatible-with" in reason:
        return StoreUnavailableError(
            f"Elasticsearch at {where} has another major version ({reason}). Expected {MAJOR_VERSIONS[0]}."
        )
    if status == 413:
        return QueryError(f"The query is longer than Elasticsearch at {where} takes. Ask for less at once.")
    if status == 400:
        return QueryError(f"Elasticsearch cannot answer this: {reason}.")
    return StoreUnavailableError(f"Elasticsearch at {where} is in trouble ({status}): {reason}. Try again.")


def reason_of(error: Exception) -> str:
    """Return the innermost reason that an answer gives, one line."""
    body: Any = getattr(error, "body", None)
    told = body.get("error") if isinstance(body, dict) else None
    if isinstance(told, dict):
        causes = told.get("root_cause") or [told]
        shards = told.get("failed_shards") or []
        inner = shards[0].get("reason", {}) if shards else causes[0]
        deepest = inner.get("caused_by") or inner
        told = deepest.get("reason") or told.get("reason") or told.get("type")
    text = " ".join(str(told or getattr(error, "message", None) or error).split()).rstrip(".")
    return text if len(text) <= 300 else text[:297] + "..."


def server_version(client: Elasticsearch) -> str:
    """Return the version of the server, of its oldest node.

    Raises
    ------
    ApiError, TransportError
        As the client does; 403 where the user may not look.
    """
    nodes = client.nodes.info(metric="os", filter_path="nodes.*.version")["nodes"]
    return min((str(node["version"]) for node in nodes.values()), key=_numbers)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split("-")[0].split(".") if part.isdigit()]


def require_version(version: str, where: str) -> None:
    """Raise StoreUnavailableError for a server of another major version."""
    if _numbers(version)[:1] not in ([major] for major in MAJOR_VERSIONS):
        raise StoreUnavailableError(
            f"Elasticsearch at {where} has version {version}; versions {MAJOR_VERSIONS[0]} and {MAJOR_VERSIONS[1]} can "
            "be used."
        )
