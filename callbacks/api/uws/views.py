"""What a program can ask about jobs and do with them; each method answers one address of UWS 1.1, 2.2."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote as escaped

from flask import Request, redirect, request, send_file
from werkzeug.wrappers import Response

from al_core.jobs import Job, Phase
from callbacks.access import current_user
from callbacks.api.uws import control, creation, documents
from callbacks.api.uws.errors import RequestRefusedError, text
from callbacks.api.uws.results import result_file, result_files
from callbacks.api.uws.waiting import Waiting

if TYPE_CHECKING:
    from al_core.services import Services

#: Lines of the log that stand below an error.
LAST_LINES = 40


class Views:
    """The answers, over the services of the application."""

    def __init__(self, services: "Services", prefix: str) -> None:
        self._services = services
        self._jobs = services.jobs
        self._prefix = prefix
        self._waiting = Waiting(services.jobs)

    def jobs(self) -> Response:
        """GET: the list, newest first. POST: a new job.

        With LAST the list ends with the newest: UWS 1.1, 2.2.2.1, wants the most recent jobs by ascending time of
        creation. It leaves the order of other lists open.
        """
        if request.method == "POST":
            return self._create()
        filters = control.filters(_query())
        found = self._jobs.list(**filters)
        if "last" in filters:
            found.reverse()
        return documents.answer(documents.jobs_document(found, self._address))

    def job(self, job_id: str) -> Response:
        """GET: all of a job, after a wait if asked. POST: act on it, or set parameters. DELETE: take it away."""
        job = self._jobs.get(job_id)
        if request.method == "DELETE":
            return self._delete(job)
        if request.method == "POST":
            return self._act(job)
        return self._shown(self._waited(job))

    def phase(self, job_id: str) -> Response:
        """GET: the phase alone. POST: PHASE=RUN or ABORT."""
        job = self._jobs.get(job_id)
        if request.method == "POST":
            self._change_phase(job, _required("PHASE"))
            return self._see(job_id)
        return text(self._waited(job).phase)

    def field(self, job_id: str, name: str) -> Response:
        """GET: one value as text, empty where nothing is known. POST: set it."""
        job = self._jobs.get(job_id)
        if request.method == "POST":
            self._jobs.update(job_id, **control.fields({name.upper(): _required(name.upper())}))
            return self._see(job_id)
        values = {
            "executionduration": str(job.execution_duration_s),
            "destruction": documents.utc(job.destruction_utc) or "",
            "quote": "",
            "owner": job.owner,
        }
        return text(values[name])

    def parameters(self, job_id: str) -> Response:
        """GET: the parameters. POST: change those given, as long as the job is PENDING."""
        job = self._jobs.get(job_id)
        if request.method == "POST":
            self._set_parameters(job)
            return self._see(job_id)
        return documents.answer(documents.parameters_document(job))

    def results(self, job_id: str) -> Response:
        """Return the list of results."""
        job = self._jobs.get(job_id)
        return documents.answer(documents.results_document(job, result_files(job), self._address))

    def result(self, job_id: str, name: str) -> Response:
        """Return one file."""
        job = self._jobs.get(job_id)
        file = result_file(job, name)
        if file is None:
            raise RequestRefusedError(404, f"Job {job_id} is {job.phase} and has no result {name!r}; see its results.")
        return send_file(
            file.path, mimetype=file.mime_type, as_attachment=True, download_name=file.path.name, max_age=0
        )

    def error(self, job_id: str) -> Response:
        """Return what went wrong, with the end of the log."""
        job = self._jobs.get(job_id)
        if job.phase is not Phase.ERROR:
            raise RequestRefusedError(404, f"Job {job_id} is {job.phase}: there is no error.")
        log, _ = self._jobs.log(job_id)
        end = "\n".join(log.splitlines()[-LAST_LINES:])
        return text(f"{job.error or 'The job failed.'}\n\nThe end of its log:\n{end}")

    # --- what requests do -------------------------------------------------------------------------------------------

    def _create(self) -> Response:
        creation.limit_body(request)
        written = creation.written_configuration(request)
        steering = control.named(_pairs(request))
        phase = control.phase_of("PHASE", steering["PHASE"], ("RUN",)) if "PHASE" in steering else None
        options = control.fields(steering)
        configuration = creation.checked(written, self._services.settings)
        job = self._jobs.submit(
            "run",
            _title(configuration),
            {"configuration": configuration, "output": None},
            owner=current_user(),
            start=phase == "RUN",
            **options,
        )
        return self._see(job.job_id)

    def _act(self, job: Job) -> Response:
        creation.limit_body(request)
        steering = control.named(_pairs(request))
        if "ACTION" in steering:
            control.phase_of("ACTION", steering["ACTION"], ("DELETE",))
            return self._delete(job)
        if creation.written_configuration(request):
            self._set_parameters(job)
        options = control.fields(steering)
        if options:
            self._jobs.update(job.job_id, **options)
        if "PHASE" in steering:
            self._change_phase(job, steering["PHASE"])
        return self._see(job.job_id)

    def _set_parameters(self, job: Job) -> None:
        creation.limit_body(request)
        if job.kind != "run":
            raise RequestRefusedError(403, f"Job {job.job_id} is of the kind {job.kind!r}; only runs can be changed.")
        if job.phase is not Phase.PENDING:
            raise RequestRefusedError(
                409, f"Job {job.job_id} is {job.phase}; parameters change while it is PENDING. Create another job."
            )
        written = {**job.parameters["configuration"], **creation.written_configuration(request)}
        configuration = creation.checked(written, self._services.settings)
        self._jobs.update(job.job_id, parameters={**job.parameters, "configuration": configuration})

    def _change_phase(self, job: Job, wanted: str) -> None:
        """Start or abort; what is so already stays so."""
        control.phase_of("PHASE", wanted, ("RUN", "ABORT"))
        if wanted == "ABORT":
            if not job.is_ended:
                self._jobs.cancel(job.job_id)
        elif job.is_ended:
            raise RequestRefusedError(
                409, f"Job {job.job_id} is {job.phase}; it does not run again. Create another job."
            )
        elif job.phase is Phase.PENDING:
            self._jobs.start(job.job_id)

    def _delete(self, job: Job) -> Response:
        self._jobs.delete(job.job_id)
        return redirect(self._address(), 303)

    def _waited(self, job: Job) -> Job:
        waits = control.values_of(_query(), "WAIT")
        if not waits:
            return job
        phases = [control.phase_of("PHASE", value) for value in control.values_of(_query(), "PHASE")]
        seconds = control.whole_number("WAIT", waits[-1], -1)
        return self._waiting.wait(job, seconds, phases[-1] if phases else None)

    def _shown(self, job: Job) -> Response:
        return documents.answer(documents.job_document(job, result_files(job), self._address))

    def _see(self, job_id: str) -> Response:
        return redirect(self._address(job_id), 303)

    def _address(self, *parts: str) -> str:
        """Return an absolute URL as the client sees this server: some clients cannot follow a relative one."""
        path = "/".join((self._prefix, *(escaped(part) for part in parts)))
        return request.root_url.rstrip("/") + path


def _query() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def _pairs(asked: Request) -> list[tuple[str, str]]:
    """Return what stands in the address and in a form; the form counts last."""
    return [*asked.args.items(multi=True), *asked.form.items(multi=True)]


def _required(name: str) -> str:
    creation.limit_body(request)
    values = control.values_of(_pairs(request), name)
    if not values:
        raise RequestRefusedError(400, f"Expected the parameter {name}; it is missing.")
    return values[-1]


def _title(configuration: dict[str, Any]) -> str:
    name = configuration.get("learning_session_name", "single_double_peak")
    return f"Iteration {configuration.get('iteration_num', 0)} of {name}"
