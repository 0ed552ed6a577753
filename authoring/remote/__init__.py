"""Writing on a laptop while readers reply on a server: content goes there, and the server publishes it itself."""
