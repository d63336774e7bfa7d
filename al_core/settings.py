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
