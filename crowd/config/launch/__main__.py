"""`make run`: check, start everything, say where it is, keep it alive until told to stop."""

import os
import shutil
import sys

from django.conf import settings

from crowd.config import places
from crowd.config.launch import checks, children, embedded, stopping
from crowd.config.launch.embedded import Server
from crowd.config.launch.house import House
from crowd.config.launch.telling import Refusal, complain, say


def main(arguments: list[str]) -> int:
    """Run, or `clean-data`. The result is the exit code."""
    stopping.listen()
    try:
        clean_data() if arguments == ["clean-data"] else run()
    except Refusal as refusal:
        complain(str(refusal))
        return 1
    except ImportError as error:
        complain(f"A library is missing or broken: {error}. Remove .venv, and start again.")
        return 1
    except stopping.Stopped:
        pass
    return 0


def run() -> None:
    """Run until told to stop.

    Raises:
        Refusal: what keeps Tamis from running.
        stopping.Stopped: we were told to stop, and everything is.
    """
    with checks.only_one(places.var()):
        port = checks.port()
        _tell_addresses(port)
        checks.settings_make_sense()
        house = _house(port)
        checks.free_port(port)
        checks.free_port(children.sockets_of(port))
        checks.given_servers_answer()
        try:
            house.start_servers()
            link = house.make_ready()
            house.start_processes()
            _welcome(house, link)
            house.look_after()
        finally:
            stopping.listen_no_more()
            say("Stopping.")
            house.stop()
            say(f"Stopped. The data stays in {house.ground.var}.")


def _tell_addresses(port: int) -> None:
    """Where pages and sockets are, unless a proxy in front makes one address of them."""
    if "TAMIS_ORIGIN" not in os.environ:
        os.environ["TAMIS_ORIGIN"] = f"http://localhost:{port}"
        os.environ.setdefault("TAMIS_SOCKETS_PORT", str(children.sockets_of(port)))


def _house(port: int) -> House:
    """Prepare the data directory, and clear what a killed launcher left in it."""
    wanted = _embedded_servers()
    say(f"Tamis is starting; its data is in {places.var()}.")
    ground = embedded.prepare(var=places.var(), sockets=places.socket_dir(), wanted=wanted)
    left = children.clear_left_over(records=ground.sockets)
    if left:
        say(f"An earlier start left these running, now stopped: {', '.join(left)}.")
    return House(ground=ground, port=port, servers=wanted)


def _embedded_servers() -> list[Server]:
    given = {Server.POSTGRES: "DATABASE_URL", Server.VALKEY: "REDIS_URL"}
    return [server for server, variable in given.items() if not os.environ.get(variable)]


def _welcome(house: House, link: str) -> None:
    say("")
    say(f"  Tamis      {settings.TAMIS_ORIGIN}")
    say(f"  As admin   {link}   (works once)")
    say(f"  Logs       {house.ground.logs}")
    say("")
    say("Ctrl-C stops everything.")


def clean_data() -> None:
    """Delete all data of this directory, after asking.

    Raises:
        Refusal: Tamis is running, or the answer was no.
    """
    var = places.var()
    if not var.exists():
        return say(f"There is no data in {var}.")
    if os.environ.get("CONFIRM") != "yes" and not _agreed(f"Delete everything in {var}? (yes/no) "):
        raise Refusal("Nothing was deleted. Without a terminal: CONFIRM=yes make clean-data.")
    with checks.only_one(var):
        ground = embedded.prepare(var=var, sockets=places.socket_dir())
        children.clear_left_over(records=ground.sockets)
        embedded.stop(ground=ground)
        for directory in (ground.postgres_data, ground.postgres_sockets, var):
            shutil.rmtree(directory, ignore_errors=True)
    say(f"Deleted {var}.")
    return None


def _agreed(question: str) -> bool:
    return sys.stdin.isatty() and input(question).strip().lower() == "yes"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
