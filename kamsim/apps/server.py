"""The server: Voilà, held to one notebook, to this machine unless told, and to files of its own.

What Voilà does by default and this does not: load style sheets from a content network, read configuration
files of the working folder, let a visitor choose a template, answer to any host name, take another port
without a word.
"""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import secrets
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from traitlets.config import Config
from voila.app import Voila

from kamsim.apps.handover import FOLDER, lay_down
from kamsim.apps.response import CoverageResponse
from kamsim.errors import ConfigError
from kamsim.locale import Locale
from kamsim.runs.kernel import NAME, this_interpreter

LOOPBACK, PORT = "127.0.0.1", 8866
NOTEBOOK = "dashboard.ipynb"
FORSAKEN_SECONDS, LOOK_SECONDS = 300, 30
"""A kernel whose page has gone without a word ends after so long; how often that is looked at."""
PING_MILLISECONDS = 30_000
OWN_ONLY = "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": OWN_ONLY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The browser itself refuses whatever is not from this server."""


@dataclass(frozen=True)
class Door:
    """Where the server listens, open already, and the token that it asks for ("" for none)."""

    host: str
    port: int
    socket: socket.socket
    token: str

    def close(self) -> None:
        """Stop listening; a second time is none."""
        self.socket.close()

    @property
    def address(self) -> str:
        """What to open in a browser, with the token."""
        host = socket.gethostname() if self.host in ("0.0.0.0", "::") else self.host
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}/" + (f"?token={self.token}" if self.token else "")


def open_door(host: str = LOOPBACK, port: int | None = None, token: str | None = None) -> Door:
    """Listen on a port.

    Parameters
    ----------
    host : str
        Address of this machine. Beyond the loopback a token is asked for, made here unless given.
    port : int, optional
        By default 8866, or a free one where that is taken.
    token : str, optional

    Raises
    ------
    ConfigError
        When the port asked for is taken, the host is no address of this machine, or a token is empty.
    """
    if token == "":
        raise ConfigError("--token must not be empty")
    if token is None:
        token = "" if is_loopback(host) else secrets.token_urlsafe(24)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for wanted in (PORT, 0) if port is None else (port,):
        try:
            listening = socket.create_server((host, wanted), family=family)
        except OSError as caught:
            refusal = caught
            if caught.errno != errno.EADDRINUSE:
                break
        else:
            listening.setblocking(False)
            return Door(host, int(listening.getsockname()[1]), listening, token)
    reason = str(refusal.strerror).split(" (")[0]
    raise ConfigError(f"--host {host} --port {port or PORT} cannot be listened on ({reason}); choose another")


def serve(
    response: CoverageResponse,
    locale: Locale,
    door: Door,
    *,
    tell: Callable[[str], object],
) -> None:
    """Serve the dashboard until Ctrl-C or SIGTERM; then no kernel is left.

    Parameters
    ----------
    response : CoverageResponse
    locale : Locale
        Language of the page.
    door : Door
        Where to listen, and what is asked of visitors.
    tell : callable
        Takes the address, token included, once the server listens.
    """
    with _folder(response, locale) as folder:
        server = _Server(config=_configuration(folder, locale, door))
        server.door, server.listening = door, tell
        server.ioloop = IOLoop.current()
        server.initialize([])
        server.start()


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine alone.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def _folder(response: CoverageResponse, locale: Locale) -> Iterator[Path]:
    """Lay out for a while what the kernels read, for this user alone."""
    with tempfile.TemporaryDirectory(prefix="kamsim-") as name:
        folder = Path(name)
        lay_down(response, locale, folder)
        with resources.as_file(resources.files("kamsim.apps") / NOTEBOOK) as notebook:
            shutil.copyfile(notebook, folder / NOTEBOOK)
        yield folder


def _configuration(folder: Path, locale: Locale, door: Door) -> Config:
    """Configure Voilà and its kernels; nothing is read from files."""
    config = Config()
    config.Voila.config_file_paths = []
    config.Voila.notebook_path = str(folder / NOTEBOOK)
    config.Voila.root_dir = config.Voila.connection_dir_root = str(folder)
    config.Voila.ip, config.Voila.port, config.Voila.token = door.host, door.port, door.token
    config.Voila.log_level = logging.ERROR
    # On this machine the name must be this machine's: a page elsewhere whose name was turned to this
    # address (DNS rebinding) is refused.
    config.Voila.tornado_settings = {
        "headers": HEADERS,
        "allow_remote_access": not is_loopback(door.host),
        "ws_ping_timeout": PING_MILLISECONDS,
        "ws_ping_interval": PING_MILLISECONDS,
    }
    own = config.VoilaConfiguration
    own.strip_sources, own.show_tracebacks = True, False
    own.allow_template_override = own.allow_theme_override = "NO"
    own.file_allowlist, own.file_denylist = [], [".*"]
    own.extension_allowlist = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8"]
    own.kernel_spec_manager_class = _ThisInterpreter
    words = {name: locale.text(f"dashboard.{name}") for name in ("title", "loading")}
    own.resources = {"kamsim": {"lang": locale.lang, **words}}
    kernels = config.MappingKernelManager
    kernels.cull_idle_timeout, kernels.cull_interval = FORSAKEN_SECONDS, LOOK_SECONDS
    return config


class _ThisInterpreter(KernelSpecManager):
    """Knows one kernel: this very interpreter, whatever kernels the user registered."""

    def get_kernel_spec(self, kernel_name: str) -> Any:
        """Return the specification of the kernel, by any name."""
        scratch = Path(os.environ[FOLDER]) / "ipython"
        return this_interpreter(scratch)(kernel_name=kernel_name).kernel_spec

    def find_kernel_specs(self) -> dict[str, str]:
        """Return its name; it has no folder."""
        return {NAME: ""}


class _Server(Voila):  # type: ignore[misc]
    """Voilà with the page's own template, on sockets that are open already."""

    door: Door
    listening: Callable[[str], object]

    def initialize(self, argv: list[str] | None = None) -> None:
        """Let Ctrl-C end the server as SIGTERM does, also where a shell told it to ignore Ctrl-C."""
        super().initialize(argv)
        signal.signal(signal.SIGINT, self._handle_signal_stop)

    def setup_template_dirs(self) -> None:
        """Put the page's template before Voilà's, which it extends."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(resources.files("kamsim.apps") / "template"))

    def listen(self) -> None:
        """Listen, say where, and serve until told to stop."""
        http = HTTPServer(self.app)
        http.add_socket(self.door.socket)
        self.listening(self.door.address)
        try:
            self.ioloop.start()
        finally:
            http.stop()
            self.stop()
