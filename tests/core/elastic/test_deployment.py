"""`compose.yaml` and `Dockerfile` name settings, files and versions that there are."""

import re

import pytest
import yaml

from al_core.metadata.elastic.local import VERSION
from al_core.settings import APPLICATION_DIR, Settings

COMPOSE = yaml.safe_load((APPLICATION_DIR / "compose.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (APPLICATION_DIR / "Dockerfile").read_text(encoding="utf-8")


def test_the_image_is_of_the_version_that_the_tests_run_on() -> None:
    image = COMPOSE["services"]["elasticsearch"]["image"]
    assert image == f"docker.elastic.co/elasticsearch/elasticsearch:{VERSION}"
    assert f"elasticsearch=={VERSION}" in (APPLICATION_DIR / "requirements.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [DOCKERFILE, str(COMPOSE)], ids=["Dockerfile", "compose.yaml"])
def test_every_setting_is_one(text: str) -> None:
    found = set(re.findall(r"SPECTROLABE_([A-Z_]+)", text))
    assert found
    assert found <= {name.upper() for name in Settings.model_fields}


def test_services_and_volumes_that_are_named_are_there() -> None:
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
    assert services["app"]["environment"]["SPECTROLABE_ELASTICSEARCH_URL"] == "http://elasticsearch:9200"
    assert all(port.startswith("127.0.0.1:") for port in services["app"]["ports"])
    assert "ports" not in services["elasticsearch"]


def test_what_is_copied_into_the_image_is_there() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert all((APPLICATION_DIR / name).exists() for line in copied for name in line.split())
