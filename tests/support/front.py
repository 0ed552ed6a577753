"""A real nginx or Caddy in front of a real service, with the file that is shipped: only places and ports are others."""

import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from comments_service.settings import ROOT
from tests.support.post import certify
from tests.support.processes import eventually, free_port

SHIPPED = {"nginx": ROOT / "deploy" / "nginx.conf", "caddy": ROOT / "deploy" / "Caddyfile"}
HOST = "localhost"
# What a distribution's own nginx.conf says around the files of sites.
_AROUND = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 768; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Front:
    """Where it answers, with and without TLS, and whom to trust for that."""

    secure_port: int
    plain_port: int
    certificate: Path

    @property
    def url(self) -> str:
        """The address of the site."""
        return f"https://{HOST}:{self.secure_port}"

    @property
    def trust(self) -> ssl.SSLContext:
        """A client's trust in it."""
        return ssl.create_default_context(cafile=str(self.certificate))


def program(name: str = "nginx") -> str | None:
    """Where it is, if it is anywhere."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


def _insist_on(name: str) -> str:
    found = program(name)
    if found is None:
        package = "nginx-light" if name == "nginx" else name
        leave = pytest.fail if os.environ.get("CI") else pytest.skip
        leave(f"{name} is not installed: `apt-get install {package}` (or your system's package) makes these tests run.")
    return str(found)


@contextmanager
def standing(
    folder: Path,
    site: Path,
    service_port: int,
    *,
    secure_port: int = 0,
    which: str = "nginx",
    changed: tuple[str, str] = ("", ""),
) -> Iterator[Front]:
    """Run one of them until the block ends; skips, in CI fails, where it is not installed.

    `changed` is a place of the shipped file that an operator writes otherwise.
    """
    binary = _insist_on(which)
    folder.mkdir(exist_ok=True)
    front = Front(secure_port or free_port(), free_port(), certify(folder / "certificate.pem", HOST))
    start = _nginx if which == "nginx" else _caddy
    placed = (_placed_nginx if which == "nginx" else _placed_caddy)(front, site, service_port, folder)
    assert changed[0] in placed
    process = start(binary, placed.replace(*changed) if changed[0] else placed, folder)
    try:
        eventually(lambda: _answers(front.secure_port), f"{which} starts")
        yield front
    finally:
        process.terminate()
        process.wait(30)


def _nginx(nginx: str, placed: str, folder: Path) -> "subprocess.Popen[bytes]":
    (folder / "site.conf").write_text(placed, "utf-8")
    configuration = folder / "nginx.conf"
    user = "user root;\n" if os.geteuid() == 0 else ""
    configuration.write_text(user + _AROUND.format(folder=folder), "utf-8")
    command = [nginx, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(configuration)]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    return subprocess.Popen(command)


def _caddy(caddy: str, placed: str, folder: Path) -> "subprocess.Popen[bytes]":
    configuration = folder / "Caddyfile"
    configuration.write_text(placed, "utf-8")
    own = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "caddy.log").open("wb") as log:
        return subprocess.Popen(
            [caddy, "run", "--config", str(configuration)], stdout=log, stderr=log, env=os.environ | own
        )


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def _placed_nginx(front: Front, site: Path, service_port: int, folder: Path) -> str:
    return _replaced(
        SHIPPED["nginx"],
        {
            "listen [::]:443 ssl http2;": "",
            "listen [::]:80;": "",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{front.secure_port} ssl http2;",
            "listen 80;": f"listen 127.0.0.1:{front.plain_port};",
            "https://example.org$": f"https://{HOST}:{front.secure_port}$",
            "server_name example.org;": f"server_name {HOST};",
            "/etc/letsencrypt/live/example.org/fullchain.pem": str(front.certificate),
            "/etc/letsencrypt/live/example.org/privkey.pem": str(front.certificate),
            "/var/log/nginx/blog.log": str(folder / "blog.log"),
            "/srv/blog/output": str(site),
            "http://127.0.0.1:8000": f"http://127.0.0.1:{service_port}",
        },
    )


def _placed_caddy(front: Front, site: Path, service_port: int, _folder: Path) -> str:
    return _replaced(
        SHIPPED["caddy"],
        {
            "{\n\tservers {": "{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n\tservers {",
            "\nexample.org {": f"\n{front.url} {{\n\ttls {front.certificate} {front.certificate}",
            "/srv/blog/output": str(site),
            "127.0.0.1:8000": f"127.0.0.1:{service_port}",
        },
    )


def _replaced(shipped: Path, places: dict[str, str]) -> str:
    """The shipped file with other places in it; each that is to be replaced has to be there."""
    text = shipped.read_text("utf-8")
    for theirs, ours in places.items():
        assert theirs in text, theirs
        text = text.replace(theirs, ours)
    return text
