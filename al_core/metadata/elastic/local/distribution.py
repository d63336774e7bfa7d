"""The program Elasticsearch: from Maven Central into a cache, checked, unpacked once."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from al_core.errors import StoreUnavailableError

#: Version of the server that is obtained; the client's major version is the same.
VERSION = "8.19.3"
#: A complete server with a reduced set of modules, which Elastic publishes for integration tests.
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
#: Of that file, as Maven Central serves it.
SHA256 = "c4b08b70523700efde9f3e4c9287229f085c2c0db1efca5c6a7d65abbdb9f2e1"
#: How long the download of 97 MB may take.
DOWNLOAD_TIMEOUT_S = 900


def cache_folder(chosen: Path | None = None) -> Path:
    """Return the folder of downloaded programs: the chosen one, else the user's own cache.

    Elasticsearch refuses to run as root, and another user cannot look into the home of root: root's is `/var/cache`.
    """
    if chosen is not None:
        return chosen.expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/cache/spectrolabe")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "spectrolabe"


def ensure_distribution(cache: Path) -> Path:
    """Return the folder of the unpacked program; it is downloaded and unpacked the first time.

    Raises
    ------
    StoreUnavailableError
        If it cannot be obtained, or is not what it should be; the text says in one line why.
    """
    home = cache / f"elasticsearch-{VERSION}"
    if not (home / "bin" / "elasticsearch").exists():
        try:
            cache.mkdir(parents=True, exist_ok=True)
            _unpack(_archive(cache), home)
        except (OSError, zipfile.BadZipFile) as error:
            raise StoreUnavailableError(f"Elasticsearch cannot be unpacked into {cache}: {error}.") from error
    _require_version(home)
    return home


def _archive(cache: Path) -> Path:
    """Return the file of the program; one that lies there already is taken if it is the right one."""
    archive = cache / f"elasticsearch-{VERSION}.zip"
    if not archive.exists():
        _download(archive)
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise StoreUnavailableError(
            f"{archive} is not Elasticsearch {VERSION} (SHA-256 {found}, expected {SHA256}). Remove it and try again."
        )
    return archive


def _download(archive: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise StoreUnavailableError(
            f"Elasticsearch {VERSION} cannot be obtained: there is no mvn on the PATH. Install Maven (Debian: apt "
            f"install maven), or set SPECTROLABE_ELASTICSEARCH_URL to a server that runs."
        )
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        command = [maven, "-q", "-B", "--strict-checksums", "dependency:copy"]
        command += [f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"]
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, timeout=DOWNLOAD_TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise StoreUnavailableError(f"Maven did not bring {ARTIFACT} in {DOWNLOAD_TIMEOUT_S} s.") from error
        found = next(Path(folder).glob("*.zip"), None)
        if done.returncode != 0 or found is None:
            told = next((line for line in done.stdout.splitlines() if "ERROR" in line), done.stderr.strip()[:300])
            raise StoreUnavailableError(f"Maven cannot bring {ARTIFACT}: {told or 'it does not say why'}")
        found.replace(archive)


def _unpack(archive: Path, home: Path) -> None:
    """Unpack beside the target, with the permissions of the archive, and give it its name when it is whole."""
    with tempfile.TemporaryDirectory(dir=home.parent) as folder, zipfile.ZipFile(archive) as content:
        for member in content.infolist():
            path = Path(content.extract(member, folder))
            path.chmod(0o755 if member.is_dir() or (member.external_attr >> 16) & 0o100 else 0o644)
        try:
            (Path(folder) / home.name).rename(home)
        except OSError:
            if not home.exists():  # else another process was faster
                raise


def _require_version(home: Path) -> None:
    if not (home / "lib" / f"elasticsearch-{VERSION}.jar").exists():
        raise StoreUnavailableError(f"{home} does not hold Elasticsearch {VERSION}. Remove the folder and try again.")
