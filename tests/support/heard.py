"""What somebody hears who does not see: Chromium's accessibility tree of a part of a page, as indented lines.

Only what a screen reader tells is kept: roles that are announced, names, descriptions, states. Boxes without a meaning
of their own are left out, and so is whatever Chromium calls differently from one version to the next.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

_TOLD = {
    "alert", "article", "blockquote", "button", "checkbox", "complementary", "form", "group", "heading", "link", "list",
    "listitem", "navigation", "radio", "region", "status", "textbox",
}  # fmt: skip
_RENAMED = {"DisclosureTriangle": "disclosure", "DisclosureTriangleGrouped": "disclosure", "image": "img"}
# Their text is told already, as the name of what it belongs to.
_SILENT = {"InlineTextBox", "LabelText", "Legend", "ListMarker"}
# In one of these every piece is told by itself. Chromium has called it by several names.
_HEADERS = {"banner", "HeaderAsNonLandmark", "sectionheader"}
# These run on within a sentence.
_INLINE = {"StaticText", "emphasis", "strong", "code", "generic", "time", "none", "deletion"}
_NAMED_BY_CONTENT = {"button", "disclosure", "heading", "link"}
_STATES = ("required", "expanded", "focused")
_MOMENT = re.compile(r"\d{1,2} \w+ \d{4}(, \d\d:\d\d)?")

Node = Mapping[str, Any]


@dataclass(frozen=True)
class _Tree:
    nodes: Mapping[str, Node]

    def lines(self, node: Node, depth: int = 0) -> Iterator[str]:
        role = _RENAMED.get(_value(node, "role"), _value(node, "role"))
        if role in _SILENT:
            return
        if not node["ignored"] and (role in _TOLD or role in _RENAMED.values()):
            yield "  " * depth + _told(role, node)
            depth += 1
            if role in _NAMED_BY_CONTENT:
                return
        for words, child in self._parts(node, apart=role in _HEADERS):
            if words:
                yield "  " * depth + words
            if child:
                yield from self.lines(child, depth)

    def _parts(self, node: Node, *, apart: bool) -> Iterator[tuple[str, Node | None]]:
        """What stands in a node: stretches of words, and what is more than words. `apart`: no two run together."""
        spoken = ""
        for child in self._children(node):
            text = self._is_text(child)
            if text:
                spoken += self._text(child)
            if apart or not text:
                yield _plain(spoken), None if text else child
                spoken = ""
        yield _plain(spoken), None

    def _children(self, node: Node) -> list[Node]:
        return [self.nodes[id_] for id_ in node.get("childIds", ()) if id_ in self.nodes]

    def _is_text(self, node: Node) -> bool:
        """Whether nothing but words stands in it, so that it is heard as a part of a sentence."""
        if _value(node, "role") == "StaticText":
            return True
        inside = self._children(node)
        return _value(node, "role") in _INLINE and bool(inside) and all(map(self._is_text, inside))

    def _text(self, node: Node) -> str:
        if _value(node, "role") == "StaticText":
            return _value(node, "name")
        return "".join(map(self._text, self._children(node)))


def transcript(page: Page, part: str) -> str:
    """The lines of the part of a page that has this id; days and hours are left open."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    found = session.send("DOM.querySelector", {"nodeId": root, "selector": f"#{part}"})["nodeId"]
    wanted = session.send("DOM.describeNode", {"nodeId": found})["node"]["backendNodeId"]
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    start = next(node for node in nodes.values() if node.get("backendDOMNodeId") == wanted)
    return "".join(f"{line}\n" for line in _Tree(nodes).lines(start))


def _told(role: str, node: Node) -> str:
    name, description = _value(node, "name"), _value(node, "description")
    states = {told["name"]: told["value"].get("value") for told in node.get("properties", ())}
    parts = [role]
    if role == "heading":
        parts.append(str(states["level"]))
    if name:
        parts.append(f'"{_MOMENT.sub("(day and hour)", name)}"')
    parts += [state for state in _STATES if states.get(state) is True]
    if states.get("invalid") == "true":
        parts.append("invalid")
    if states.get("checked") == "true":
        parts.append("checked")
    if description:
        parts.append(f"described as “{description}”")
    return " ".join(parts)


def _plain(words: str) -> str:
    return _MOMENT.sub("(day and hour)", " ".join(words.split()))


def _value(node: Node, key: str) -> str:
    return str(node.get(key, {}).get("value", ""))
