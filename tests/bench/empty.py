"""A Flask application that does nothing: what any view costs on this server."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def nothing() -> str:
    """Answer."""
    return "ok"
