"""A real nginx in front of a real service, with the file that is shipped: only its places and ports are other ones."""

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

SHIPPED = ROOT / "deploy" / "nginx.conf"
HOST = "localhost"
_HOW_TO_GET_IT = (
    "nginx is not installed: `apt-get install nginx-light` (or your system's package) makes these tests run."
)
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


def program() -> str | None:
    """Where nginx is, if it is anywhere."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


@contextmanager
def standing(folder: Path, site: Path, service_port: int, *, secure_port: int = 0) -> Iterator[Front]:
    """Run it until the block ends; skips, in CI fails, where there is no nginx."""
    nginx = program()
    if nginx is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(_HOW_TO_GET_IT)
    folder.mkdir(exist_ok=True)
    front = Front(secure_port or free_port(), free_port(), certify(folder / "certificate.pem", HOST))
    (folder / "site.conf").write_text(_placed(front, site, service_port, folder), "utf-8")
    configuration = folder / "nginx.conf"
    user = "user root;\n" if os.geteuid() == 0 else ""
    configuration.write_text(user + _AROUND.format(folder=folder), "utf-8")
    command = [nginx, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(configuration)]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    process = subprocess.Popen(command)
    try:
        eventually(lambda: _answers(front.secure_port), "nginx starts")
        yield front
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def _placed(front: Front, site: Path, service_port: int, folder: Path) -> str:
    """The shipped file with other places in it; each that is to be replaced has to be there."""
    text = SHIPPED.read_text("utf-8")
    for theirs, ours in {
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
    }.items():
        assert theirs in text, theirs
        text = text.replace(theirs, ours)
    return text
