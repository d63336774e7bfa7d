"""What the page knows of a session: the basis of its next run, and the choices of its form."""

from pathlib import Path

from al_core.services import Services
from al_core.sessions.running import RunBasis, run_basis
from pages._components.train_form import FormChoices


def training_set_paths(services: Services) -> dict[str, Path]:
    """Return the training sets that can be used, by name."""
    return {info.name: info.path for info in services.library.training_sets() if not info.problem}


def basis_of(services: Services, session_id: str) -> RunBasis:
    """Return what the next run of a session starts from.

    Raises
    ------
    SessionNotFoundError
        If there is no such session.
    """
    session = services.sessions.get(session_id)
    return run_basis(services.sessions, services.settings, session, training_set_paths(services))


def choices_of(services: Services, basis: RunBasis) -> FormChoices:
    """Return the data sets and classes that the form offers."""
    pools = [(info.name, info.n_spectra) for info in services.library.pools() if not info.problem]
    sets = [(info.name, info.n_spectra) for info in services.library.training_sets() if not info.problem]
    return FormChoices(pools, sets, basis.session.class_names)
