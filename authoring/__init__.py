"""The author's commands, from new to publish. They stand on top of everything; nothing imports them."""
