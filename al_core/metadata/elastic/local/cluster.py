"""A cluster of one or several nodes on this machine."""

import logging
import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType

from elasticsearch import ApiError, Elasticsearch, TransportError

from al_core.errors import StoreUnavailableError
from al_core.metadata.elastic.local.distribution import ensure_distribution
from al_core.metadata.elastic.local.machine import find_java, find_user, free_ports
from al_core.metadata.elastic.local.node import Node, NodePlan

#: How long a cluster may take to answer.
START_TIMEOUT_S = 180.0


class LocalElasticsearch:
    """Elasticsearch on 127.0.0.1, for as long as the context lasts.

    Parameters
    ----------
    cache : Path
        Folder of the program, see `cache_folder`.
    folder : Path, optional
        Keeps configuration, data and logs; without it, a temporary one that goes at the end.
    n_nodes : int
    port : int
        HTTP port of the first node; 0: any free one.
    heap_mb : int
        Heap of each node.
    password : str, optional
        Of the user `elastic`; without it, security is off and everybody may do everything.
    """

    def __init__(
        self,
        cache: Path,
        folder: Path | None = None,
        *,
        n_nodes: int = 1,
        port: int = 0,
        heap_mb: int = 1024,
        password: str | None = None,
    ) -> None:
        logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # it is asked until it answers
        home, java, user = ensure_distribution(cache), find_java(), find_user()
        self._is_temporary = folder is None
        self._folder = folder or Path(tempfile.mkdtemp(prefix="running-", dir=cache))
        self._folder.chmod(0o755)
        self._password = password
        ports = free_ports(2 * n_nodes)
        ports[0] = port or ports[0]
        plans = [
            NodePlan(
                name=f"n{number + 1}",
                folder=self._folder / f"n{number + 1}",
                http_port=ports[2 * number],
                transport_port=ports[2 * number + 1],
                settings=self._settings(n_nodes, ports[1::2]),
                heap_mb=heap_mb,
            )
            for number in range(n_nodes)
        ]
        self.nodes = [Node(plan, home, java, user) for plan in plans]

    def _settings(self, n_nodes: int, transport_ports: list[int]) -> dict[str, str]:
        found = {"cluster.name": "spectrolabe", "action.destructive_requires_name": "true"}
        found["xpack.security.enabled"] = "false" if self._password is None else "true"
        if n_nodes == 1:
            return found | {"discovery.type": "single-node"}
        hosts = ", ".join(f'"127.0.0.1:{port}"' for port in transport_ports)
        masters = ", ".join(f"n{number + 1}" for number in range(n_nodes))
        return found | {"discovery.seed_hosts": f"[{hosts}]", "cluster.initial_master_nodes": f"[{masters}]"}

    @property
    def url(self) -> str:
        """Addresses of all nodes, separated by commas."""
        return ",".join(node.plan.url for node in self.nodes)

    def __enter__(self) -> "LocalElasticsearch":
        try:
            self.configure()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def configure(self) -> None:
        """Write the configuration of all nodes."""
        for node in self.nodes:
            node.plan.folder.mkdir(parents=True, exist_ok=True)
            node.configure()
            if self._password is not None:
                node.tool("elasticsearch-keystore", ["create"])
                node.tool("elasticsearch-keystore", ["add", "-x", "-f", "bootstrap.password"], self._password)

    def start(self) -> None:
        """Start what does not run, and wait until the cluster answers.

        Raises
        ------
        StoreUnavailableError
            If a node ends, or nothing answers in time.
        """
        for node in self.nodes:
            if not node.is_running:
                node.start()
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        credentials = None if self._password is None else ("elastic", self._password)
        with Elasticsearch(
            [node.plan.url for node in self.nodes], basic_auth=credentials, max_retries=0, request_timeout=5
        ) as client:
            while time.monotonic() < deadline:
                ended = next((node for node in self.nodes if not node.is_running), None)
                if ended is not None:
                    raise StoreUnavailableError(f"Elasticsearch ended at its start: {ended.why_ended()}")
                try:
                    health = client.cluster.health(wait_for_status="yellow", timeout="2s")
                    if health["number_of_nodes"] >= len(self.nodes):
                        return
                except (ApiError, TransportError):
                    pass
                time.sleep(0.2)
        raise StoreUnavailableError(f"Elasticsearch at {self.url} did not answer in {START_TIMEOUT_S:g} s.")

    def close(self) -> None:
        """Stop what was started, and remove the folder if it is a temporary one."""
        for node in self.nodes:
            node.stop()
        if self._is_temporary:
            shutil.rmtree(self._folder, ignore_errors=True)
