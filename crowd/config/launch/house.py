"""One running Tamis: its servers, its processes, and the order in which they come and go."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from crowd.config import places
from crowd.config.launch import children, embedded, logs, messages, probes, supervision
from crowd.config.launch.children import Child, Command
from crowd.config.launch.embedded import Server
from crowd.config.launch.ground import Ground
from crowd.config.launch.stopping import undisturbed
from crowd.config.launch.supervision import Deaths, Kept
from crowd.config.launch.telling import Refusal, say

PATIENCE = 90.0
BETWEEN_LOOKS = 0.5


@dataclass
class House:
    """What `make run` starts on one data directory."""

    ground: Ground
    port: int
    servers: list[Server]
    kept: list[Kept] = field(default_factory=list)
    deaths: Deaths = field(default_factory=Deaths)

    def start_servers(self) -> None:
        """Start or adopt the embedded servers, and say so."""
        with undisturbed():
            adopted = embedded.start(ground=self.ground, wanted=self.servers)
        if self.servers:
            which = " and ".join(self.servers)
            taken_over = f" (taken over: {' and '.join(adopted)})" if adopted else ""
            say(f"{which}: answering{taken_over}.")

    def make_ready(self) -> str:
        """Bring tables, translations, static files and samples up to date.

        Returns:
            A link that signs an admin in, once.

        Raises:
            Refusal: something in it failed.
        """
        messages.compile_all(root=places.root())
        log = self.ground.logs / "readying.log"
        with logs.opened(log) as output:
            code, said = _readied(output)
        if code:
            words = logs.last_words(log).rstrip(".")
            raise Refusal(f"Tables, static files or samples failed ({words}); the log is {log}.")
        say("Tables, translations, static files and samples: ready.")
        return said.strip().rpartition("\n")[2]

    def start_processes(self) -> None:
        """Start web, workers and beat, and wait until all answer.

        Raises:
            Refusal: one of them died or stays silent.
        """
        begun = time.time()
        node = hashlib.sha256(os.fsencode(self.ground.var)).hexdigest()[:8]
        schedule = self.ground.sockets / "beat-schedule"
        for command in children.commands(port=self.port, node=node, schedule=schedule):
            with undisturbed():
                self.kept.append(Kept(self._started(command), self._starter(command)))
        supervision.wait_until(
            {
                "the web process": lambda: probes.web_answers(port=self.port),
                "the socket process": lambda: probes.web_answers(
                    port=children.sockets_of(self.port)
                ),
                "the worker": lambda: probes.worker_answers(node=f"worker-{node}@localhost"),
                "the document worker": lambda: probes.worker_answers(
                    node=f"documents-{node}@localhost"
                ),
                "beat": lambda: probes.beat_beats(schedule=schedule, since=begun),
            },
            children=[kept.child for kept in self.kept],
            patience=PATIENCE,
            logs_in=self.ground.logs,
        )
        say("Web, workers and beat: answering.")

    def look_after(self) -> None:
        """Keep everything alive until told to stop.

        Raises:
            Refusal: something died too often.
        """
        while True:
            time.sleep(BETWEEN_LOOKS)
            self._look_after_servers()
            with undisturbed():
                supervision.look_after(self.kept, now=time.monotonic())

    def _look_after_servers(self) -> None:
        dead = embedded.dead(ground=self.ground, wanted=self.servers)
        if not dead:
            return
        which = " and ".join(dead)
        self.deaths.one_more(now=time.monotonic())
        if self.deaths.too_many:
            raise Refusal(f"{which} died again and again; the logs are in {self.ground.logs}.")
        say(f"{which} died; starting again. The logs are in {self.ground.logs}.")
        with undisturbed():
            embedded.start(ground=self.ground, wanted=self.servers)

    def stop(self) -> None:
        """Stop it all: no new requests first, the database last."""
        running = [kept.child for kept in self.kept]
        for together in (children.GIVE_WORK, children.DO_WORK):
            chosen = [child for child in running if child.command.name in together]
            children.stop(chosen, records=self.ground.sockets)
        embedded.stop(ground=self.ground, wanted=self.servers)

    def _starter(self, command: Command) -> Callable[[], Child]:
        return lambda: self._started(command)

    def _started(self, command: Command) -> Child:
        return children.start(
            command,
            directory=places.root(),
            records=self.ground.sockets,
            log_directory=self.ground.logs,
        )


def _readied(log: BinaryIO) -> tuple[int, str]:
    """Run `readying`, told to stop or not until nothing of it is left.

    Returns:
        Its exit code, and what it said.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "crowd.config.launch.readying"],
        cwd=places.root(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return process.returncode, said.decode()
