"""Settings: environment variables `SPECTROLABE_*`, also read from a file `.env` in the working directory."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from al_core.errors import ConfigurationError

#: Folder of the application: where app.py and al_core stand.
APPLICATION_DIR = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """All settings; each field is the environment variable `SPECTROLABE_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="SPECTROLABE_", env_file=".env", extra="ignore", frozen=True)

    workspace: Path = Field(
        default=APPLICATION_DIR / "data" / "workspace",
        description="Folder that holds pools, sessions and caches.",
    )
    data_root: Path | None = Field(
        default=None,
        description="Folder that paths of old configuration files are mapped to; "
        "without it, the folder of the configuration file.",
    )
    seed: int = Field(default=0, ge=0, description="Seed of a run whose configuration names none.")
    workers: int = Field(
        default=0, ge=0, description="Processes that read FITS files side by side; 0: one for each core."
    )
    host: str = Field(
        default="127.0.0.1", description="Address that the dashboard listens on; another one needs a password."
    )
    port: int = Field(default=8050, ge=1, le=65535, description="Port that the dashboard listens on.")
    parallel_jobs: int = Field(
        default=1, ge=1, description="Heavy jobs, such as runs and imports, that execute at once."
    )
    broker_url: str | None = Field(
        default=None,
        description="Celery broker through which pages follow jobs; without it, processes of this machine do.",
    )
    metadata_memory_mb: int = Field(
        default=1024, ge=0, description="Memory for columns of metadata that were searched last, megabytes."
    )
    elasticsearch_url: str | None = Field(
        default=None,
        description="Addresses of Elasticsearch, separated by commas; without them, metadata are searched embedded.",
    )
    elasticsearch_api_key: str | None = Field(
        default=None, repr=False, description="API key for Elasticsearch, as Kibana shows it (encoded)."
    )
    elasticsearch_username: str | None = Field(default=None, description="User of Elasticsearch, without an API key.")
    elasticsearch_password: str | None = Field(default=None, repr=False, description="Password of that user.")
    elasticsearch_ca: Path | None = Field(
        default=None, description="File with the certificate of the authority that signed that of Elasticsearch."
    )
    elasticsearch_timeout_s: float = Field(
        default=30.0, gt=0, description="Seconds that a request to Elasticsearch may take."
    )
    elasticsearch_prefix: str = Field(
        default="spectrolabe",
        pattern="^[a-z][a-z0-9_]{0,39}$",
        description="Begins the names of all indices in Elasticsearch; no other index is touched.",
    )
    elasticsearch_shards: int = Field(
        default=1, ge=1, le=64, description="Shards of an index that is built in Elasticsearch."
    )
    cache: Path | None = Field(
        default=None,
        description="Folder of programs that are downloaded; without it, `spectrolabe` in the user's own cache.",
    )
    access_password: str | None = Field(
        default=None, repr=False, min_length=8, description="Password that the dashboard asks for; without it, none."
    )


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Read the environment once.

    Raises
    ------
    ConfigurationError
        If a variable has an impossible value; it is named with what is allowed.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "SPECTROLABE_" + "_".join(map(str, first["loc"])).upper()
        raise ConfigurationError(f"Setting {name}={first['input']!r}: {first['msg']}.") from error
