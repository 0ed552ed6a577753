"""The author's commands: build, serve, demo, start, publish. They stand on top of everything; nothing imports them."""
