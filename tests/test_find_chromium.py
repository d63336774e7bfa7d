"""scripts/find-chromium on machines that are made up of a few small programs."""

import shutil
import subprocess
from pathlib import Path

import pytest

from al_core.settings import APPLICATION_DIR

ORDINARY = ("bash", "cat", "chmod", "dirname", "env", "mkdir", "timeout")
BROWSER = 'echo "Chromium 140.0"'
PYTHON = ".venv/bin/python"
#: Ubuntu's package of this name, where snap cannot run.
HINT = 'echo "This needs the snap." >&2; exit 1'
#: Playwright, as `python -m playwright install` and `python -c` call it; what it fetches is kept beside it.
PLAYWRIGHT = """
echo "python $*" >>"$LOG"
if [ "$1" = -m ]; then printf '#!/bin/sh\\necho Chromium 140.0\\n' >"$OWN" && chmod +x "$OWN"; else echo "$OWN"; fi
"""
APT = """
echo "apt-get $*" >>"$LOG"
case "$*" in *install*) printf '#!/bin/sh\\necho Chromium 140.0\\n' >"$BIN/chromium" && chmod +x "$BIN/chromium" ;; esac
"""


class Machine:
    """A copy of the script with a PATH of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, folder / "bin"
        self.log, self.own = folder / "log.txt", folder / "playwrights-chromium"
        self.remembered = folder / ".cache" / "chromium"
        self.bin.mkdir()
        (folder / "scripts").mkdir()
        shutil.copy(APPLICATION_DIR / "scripts" / "find-chromium", folder / "scripts")
        for name in ORDINARY:
            (self.bin / name).symlink_to(str(shutil.which(name)))
        self.has("id", "echo 1000")

    def has(self, name: str, does: str) -> Path:
        """Install a program of this machine; a name with a slash is below the repository."""
        path = self.folder / name if "/" in name else self.bin / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!{shutil.which('bash')}\n{does}\n")
        path.chmod(0o755)
        return path

    def find(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        places = {"PATH": self.bin, "BIN": self.bin, "LOG": self.log, "OWN": self.own, "HOME": self.folder}
        environment = {name: str(value) for name, value in places.items()} | variables
        command = [str(self.folder / "scripts" / "find-chromium"), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    def called(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_browser_of_the_machine_is_found_and_remembered(machine: Machine) -> None:
    machine.has("chromium", HINT)
    chrome = machine.has("google-chrome", BROWSER)
    machine.has("apt-get", APT)
    machine.has(PYTHON, PLAYWRIGHT)
    found = machine.find("--install")
    assert (found.returncode, found.stdout, found.stderr) == (0, f"{chrome}\n", "")
    assert machine.remembered.read_text() == f"{chrome}\n"
    assert machine.called() == []


def test_what_was_found_last_time_is_taken_while_it_starts(machine: Machine) -> None:
    kept = machine.has("kept/browser", BROWSER)
    machine.remembered.parent.mkdir()
    machine.remembered.write_text(f"{kept}\n")
    chromium = machine.has("chromium", BROWSER)
    assert machine.find().stdout == f"{kept}\n"
    kept.unlink()
    assert machine.find().stdout == f"{chromium}\n"


def test_the_browser_that_a_setting_names_comes_first(machine: Machine) -> None:
    machine.has("chromium", BROWSER)
    named = machine.has("named/browser", BROWSER)
    assert machine.find(SPECTROLABE_CHROMIUM=str(named)).stdout == f"{named}\n"
    wrong = machine.find("--install", SPECTROLABE_CHROMIUM="/nowhere/browser")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == (
        "SPECTROLABE_CHROMIUM=/nowhere/browser is no browser that starts. Correct it, or unset it.\n"
    )


def test_playwrights_own_is_found_where_the_machine_has_none(machine: Machine) -> None:
    machine.has(PYTHON, PLAYWRIGHT)
    machine.has(f"./{machine.own.name}", BROWSER)
    assert machine.find().stdout == f"{machine.own}\n"


def test_root_gets_the_package_of_debian(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("apt-get", APT)
    machine.has(PYTHON, PLAYWRIGHT)
    found = machine.find("--install")
    assert (found.returncode, found.stdout) == (0, f"{machine.bin / 'chromium'}\n")
    assert found.stderr == "Installing Chromium for the browser tests with apt-get.\n"
    calls = [call for call in machine.called() if call.startswith("apt-get")]
    assert calls == ["apt-get update -qq", "apt-get install -y -qq --no-install-recommends chromium"]
    assert "python -m playwright" not in " ".join(machine.called())


@pytest.mark.parametrize("user", ["1000", "0"])
def test_others_get_playwrights_own(machine: Machine, user: str) -> None:
    """Root too, where there is no apt-get."""
    machine.has("id", f"echo {user}")
    machine.has(PYTHON, PLAYWRIGHT)
    if user != "0":
        machine.has("apt-get", APT)
    found = machine.find("--install")
    assert (found.returncode, found.stdout) == (0, f"{machine.own}\n")
    assert found.stderr == "Fetching Chromium for the browser tests with Playwright.\n"
    assert "python -m playwright install chromium" in machine.called()
    assert not any(call.startswith("apt-get") for call in machine.called())


def test_root_gets_playwrights_own_with_what_it_needs_where_the_package_is_a_hint(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("chromium", HINT)
    machine.has("apt-get", 'echo "apt-get $*" >>"$LOG"')
    machine.has(PYTHON, PLAYWRIGHT)
    assert machine.find("--install").stdout == f"{machine.own}\n"
    assert "python -m playwright install --with-deps chromium" in machine.called()


def test_without_being_told_nothing_is_fetched(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("apt-get", APT)
    machine.has(PYTHON, PLAYWRIGHT)
    found = machine.find()
    assert (found.returncode, found.stdout) == (1, "")
    assert not any("install" in call for call in machine.called())


@pytest.mark.parametrize("arguments", [(), ("--install",)])
def test_a_machine_that_cannot_get_one_is_told_so_in_one_line(machine: Machine, arguments: tuple[str, ...]) -> None:
    machine.has("id", "echo 0")
    machine.has("apt-get", "exit 100")
    found = machine.find(*arguments)
    assert (found.returncode, found.stdout, machine.remembered.exists()) == (1, "", False)
    *before, last = found.stderr.splitlines()
    assert last.startswith(
        "No Chromium was found for the browser tests. Install one (Debian: sudo apt install chromium)"
    )
    assert before == (["Installing Chromium for the browser tests with apt-get."] if arguments else [])
