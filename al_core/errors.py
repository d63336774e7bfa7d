"""Every exception that the core raises on purpose.

::

    ALCoreError
    ├── ConfigurationError         a configuration file, setting or command line that cannot be used
    ├── ReadError                  a file that cannot be read as what it claims to be
    │   ├── UnknownFormatError     no reader recognises the file
    │   ├── CorruptFileError       recognised, but truncated, empty or inconsistent
    │   └── NoSpectrumError        readable, but it holds no spectrum (a catalog, an error answer)
    ├── RecipeError                a preprocessing recipe that cannot be stored or applied
    │   └── ExcludedSpectrumError  one spectrum that the recipe must leave out, with its reason
    ├── GridMismatchError          arrays that are not on the same wavelength grid
    ├── PoolError                  a pool folder that is missing, unfinished or inconsistent
    │   └── PoolExhaustedError     more spectra requested than the pool has
    ├── TrainingError              a training set that cannot be trained on
    │   └── TooFewSpectraError     a class with fewer spectra than SMOTE needs
    ├── SessionError               a session that cannot be made or changed as asked
    │   ├── SessionNotFoundError   no session has this id
    │   ├── SessionDamagedError    the session's database cannot be read
    │   └── JournalError           an event that the journal of labels cannot take
    ├── ModelError                 a stored network that does not fit the data or cannot be read
    ├── MetadataError              an index of metadata that cannot be made, searched or changed as asked
    │   ├── QueryError             what is asked names no field, or is written wrongly; the text says where
    │   └── StoreUnavailableError  the backend does not answer, or does not let us in
    ├── StorageError               a database or folder of the workspace that cannot be read or written
    ├── JobError                   a job that cannot do what was asked of it
    │   ├── JobNotFoundError       there is no job of that id
    │   ├── JobStateError          the job's phase does not allow it
    │   └── ActiveRunError         the session has a run that is not finished
    ├── LibraryError               a data set, name or folder of the workspace that cannot be used
    │   └── UploadError            an upload that cannot begin, go on or be finished; `code` says which
    └── CancelledError             the user asked to stop; everything finished so far is kept

A message says what was expected, what was found and what to do next, with the values and the file or id.
"""


class ALCoreError(Exception):
    """Base of all errors that the core raises on purpose; its text is written for the user."""


class ConfigurationError(ALCoreError):
    """A configuration file, setting or command line that cannot be used."""


class ReadError(ALCoreError):
    """A file that cannot be read as what it claims to be."""


class UnknownFormatError(ReadError):
    """No reader recognises the file."""


class CorruptFileError(ReadError):
    """The format is recognised, but the file is truncated, empty or contradicts itself."""


class NoSpectrumError(ReadError):
    """The file is sound, but it holds no spectrum: a catalog, a list of results, an error answer."""


class RecipeError(ALCoreError):
    """A preprocessing recipe that cannot be stored or applied."""


class ExcludedSpectrumError(RecipeError):
    """A spectrum that the recipe leaves out; the text is the reason, without the spectrum's id."""


class GridMismatchError(ALCoreError):
    """Arrays that should share one wavelength grid do not."""


class PoolError(ALCoreError):
    """A pool folder that is missing, unfinished or inconsistent."""


class PoolExhaustedError(PoolError):
    """More spectra were requested than the pool has."""


class TrainingError(ALCoreError):
    """A training set that cannot be trained on."""


class TooFewSpectraError(TrainingError):
    """A class has fewer spectra than SMOTE needs to interpolate between neighbours."""


class ModelError(ALCoreError):
    """A stored network that does not fit the data, or cannot be read."""


class SessionError(ALCoreError):
    """A session that cannot be made or changed as asked; the text names the field and what is allowed."""


class SessionNotFoundError(SessionError):
    """No session of the workspace has this id."""


class SessionDamagedError(SessionError):
    """The database of a session cannot be read, or a newer version of the program wrote it."""


class JournalError(SessionError):
    """An event that the journal of labels cannot take, for instance a label of a class that is not there."""


class MetadataError(ALCoreError):
    """An index of metadata that cannot be made, searched or changed as asked."""


class QueryError(MetadataError):
    """What is asked names no field, compares what cannot be compared, or is written wrongly.

    Where it was written as text, `position` (from 0) and `length` say where, `suggestions` what may have been meant.
    """

    def __init__(
        self, message: str, position: int | None = None, length: int = 0, suggestions: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.position = position
        self.length = length
        self.suggestions = suggestions


class StoreUnavailableError(MetadataError):
    """The backend of metadata does not answer, or does not let us in."""


class StorageError(ALCoreError):
    """A database or folder of the workspace that cannot be read or written."""


class JobError(ALCoreError):
    """A job that cannot do what was asked of it."""


class JobNotFoundError(JobError):
    """There is no job of that id."""


class JobStateError(JobError):
    """The phase of the job does not allow what was asked."""


class ActiveRunError(JobError):
    """The session has a run that is not finished; `job_id` names it."""

    def __init__(self, message: str, job_id: str = "") -> None:
        super().__init__(message)
        self.job_id = job_id


class CancelledError(ALCoreError):
    """The user asked to stop; what was finished before is kept."""


class LibraryError(ALCoreError):
    """A data set, name or folder of the workspace that cannot be used."""


class UploadError(LibraryError):
    """An upload that cannot begin, go on or be finished.

    Parameters
    ----------
    message : str
        What the user reads.
    code : str
        For programs: `bad-request`, `bad-name`, `not-found`, `offset`, `busy`, `length`, `checksum`, `too-large`,
        `no-space`, `incomplete` or `finished`.
    offset : int, optional
        Bytes that are safe on the server, where the next piece has to start.
    """

    def __init__(self, message: str, code: str = "bad-request", offset: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.offset = offset
