"""What can be said of the container files on a machine without Docker. Nobody has built the image in these tests."""

import re
import shlex
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml

from npqh_portal.launch.places import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LASTING = sorted(SERVICES.keys() - {"migrate"})
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
# PostgreSQL, Redis and the portal's own image run as somebody; Caddy as a root without any power but to open low ports.
ROOT_WITHOUT_POWER = {"caddy"}


def test_the_services_are_those_of_the_plan() -> None:
    assert sorted(SERVICES) == ["beat", "caddy", "migrate", "postgres", "redis", "web", "worker"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert sorted(service["deploy"]["resources"]["limits"]) == ["cpus", "memory"]
    assert "build" in service or "user" in service or name in ROOT_WITHOUT_POWER


@pytest.mark.parametrize("name", LASTING)
def test_each_lasting_service_is_watched_and_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert sorted(SERVICES[name]["healthcheck"].keys() & {"test", "interval", "timeout", "retries"}) == [
        "interval", "retries", "test", "timeout",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["networks", "secrets"])
def test_whatever_a_service_names_is_declared_and_used(kind: str) -> None:
    assert {item for service in SERVICES.values() for item in service.get(kind, [])} == set(COMPOSE[kind])


def test_volumes_are_named_or_files_of_this_repository() -> None:
    sources = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    files = {source for source in sources if source.startswith(".")}
    assert sources - files == set(COMPOSE["volumes"])
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_postgres_keeps_its_data_where_version_18_puts_it() -> None:
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]


def test_only_the_proxy_is_reachable_and_the_data_has_no_way_out() -> None:
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["caddy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {name: SERVICES[name]["networks"] for name in ("postgres", "redis")} == {
        "postgres": ["inside"],
        "redis": ["inside"],
    }


def test_no_secret_stands_in_the_file() -> None:
    words = [
        name
        for service in SERVICES.values()
        for name in service.get("environment", {})
        if re.search("KEY|PASSWORD|TOKEN", name)
    ]
    assert words == ["POSTGRES_PASSWORD_FILE"]


def test_the_image_copies_only_what_exists_and_is_let_through() -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    lines = [shlex.split(line)[1:] for line in DOCKERFILE if line.startswith("COPY ") and "--from" not in line]
    sources = [source for line in lines for source in line[:-1]]
    assert len(sources) >= 8
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [s for s in sources if not any(fnmatch(s, rule) or s.startswith(rule + "/") for rule in allowed)] == []


def test_the_image_does_not_run_as_root() -> None:
    last_stage = DOCKERFILE[max(i for i, line in enumerate(DOCKERFILE) if line.startswith("FROM ")) :]
    assert [line for line in last_stage if line.startswith("USER ")] == ["USER portal"]


def test_the_image_installs_the_locked_packages_with_their_hashes() -> None:
    installs = [line for line in DOCKERFILE if "pip install" in line]
    assert len(installs) == 1
    assert "--require-hashes --requirement base.txt" in installs[0]
