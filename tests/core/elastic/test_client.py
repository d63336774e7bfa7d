import base64
from pathlib import Path
from typing import Any

import pytest

from al_core.errors import ConfigurationError, StoreUnavailableError
from al_core.metadata.catalog import Catalogs
from al_core.metadata.elastic.client import addresses_of, connect
from al_core.metadata.elastic.store import ElasticStore
from al_core.settings import Settings
from tests.core.elastic.stub import answering

VERSION = {"nodes": {"a": {"version": "8.19.3"}}}


def store(workspace: Path, url: str, **others: Any) -> ElasticStore:
    return ElasticStore.open(Settings(workspace=workspace, elasticsearch_url=url, **others), Catalogs(workspace))


def test_an_api_key_is_sent_as_it_is(workspace: Path) -> None:
    with answering(200, VERSION) as stub:
        opened = store(workspace, stub.url, elasticsearch_api_key="bXkta2V5", elasticsearch_username="not used")
        assert opened.report().trouble is None
        opened.close()
    assert stub.headers[0]["authorization"] == "ApiKey bXkta2V5"


def test_user_and_password_are_sent(workspace: Path) -> None:
    with answering(200, VERSION) as stub:
        opened = store(workspace, stub.url, elasticsearch_username="ann", elasticsearch_password="pässword")
        opened.report()
        opened.close()
    assert stub.headers[0]["authorization"] == "Basic " + base64.b64encode("ann:pässword".encode()).decode()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "no or wrong credentials. Set SPECTROLABE_ELASTICSEARCH_API_KEY"),
        (503, "is in trouble"),
        (406, "another major version"),
    ],
)
def test_what_a_server_refuses_is_told_in_a_sentence(workspace: Path, status: int, words: str) -> None:
    with answering(status, {"error": {"type": "x", "reason": "because"}}) as stub:
        opened = store(workspace, stub.url)
        assert words in str(opened.report().trouble)
        opened.close()


def test_a_user_who_may_not_see_the_version_is_let_in(workspace: Path) -> None:
    with answering(403, {"error": {"type": "security_exception", "reason": "no monitor"}}) as stub:
        opened = store(workspace, stub.url)
        assert opened.report().trouble is None
        opened.close()


@pytest.mark.parametrize("version", ["7.17.28", "6.8.0", "10.0.0"])
def test_another_major_version_is_refused(workspace: Path, version: str) -> None:
    with answering(200, {"nodes": {"a": {"version": version}}}) as stub:
        opened = store(workspace, stub.url)
        assert f"has version {version}" in str(opened.report().trouble)
        opened.close()


def test_what_is_no_elasticsearch_is_told_of(workspace: Path) -> None:
    with answering(200, {}, product=None) as stub:
        opened = store(workspace, stub.url)
        assert "is no Elasticsearch" in str(opened.report().trouble)
        opened.close()


def test_a_server_that_is_away_is_named_with_what_to_do(workspace: Path) -> None:
    opened = store(workspace, "http://127.0.0.1:9")
    with pytest.raises(StoreUnavailableError, match=r"http://127\.0\.0\.1:9 does not answer\. Start it"):
        opened.mirror.needs_build("demo")
    assert "does not answer" in str(opened.report().trouble)
    opened.close()


def test_a_password_in_the_address_is_not_shown(workspace: Path) -> None:
    opened = store(workspace, "http://ann:secret@127.0.0.1:9")
    told = str(opened.report().trouble)
    opened.close()
    assert "127.0.0.1:9" in told
    assert "secret" not in told


def test_several_addresses_are_known_and_get_their_ports() -> None:
    settings = Settings(elasticsearch_url=" https://one.example/es , http://two.example:9200/,http://[::1]")
    assert addresses_of(settings) == ["https://one.example/es", "http://two.example:9200", "http://[::1]"]
    with connect(settings) as client:
        found = {node.base_url for node in client.transport.node_pool.all()}
    assert found == {"https://one.example:443/es", "http://two.example:9200", "http://[::1]:80"}


def test_a_server_that_takes_too_long_is_told_of_at_once(workspace: Path) -> None:
    with answering(200, VERSION, delay_s=1.0) as stub:
        opened = store(workspace, stub.url, elasticsearch_timeout_s=0.2)
        assert "did not answer in time" in str(opened.report().trouble)
        opened.close()
    assert len(stub.headers) == 1


def test_a_file_that_holds_no_certificate_is_refused(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text("no certificate")
    with pytest.raises(ConfigurationError, match=r"ca\.pem holds no certificate"):
        connect(Settings(elasticsearch_url="https://one.example", elasticsearch_ca=authority))


@pytest.mark.parametrize("url", ["localhost:9200", ",", "ftp://x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="expected addresses such as"):
        connect(Settings(elasticsearch_url=url))


def test_a_missing_file_of_the_authority_is_named(tmp_path: Path) -> None:
    settings = Settings(elasticsearch_url="https://one.example", elasticsearch_ca=tmp_path / "none.pem")
    with pytest.raises(ConfigurationError, match=r"none\.pem holds no certificate"):
        connect(settings)
