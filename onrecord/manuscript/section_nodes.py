"""The keys of one YAML mapping with their nodes, and what its table of keys says of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import yaml

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.key_kinds import Key, KeyTable, Kind
from onrecord.model.problems import find_closest_word
from onrecord.model.rule import Rule


class SectionNodes:
    """The nodes of a mapping by key; only keys of its table can be asked for, each as what it is.

    Without a table every key is known. `find_line` returns the line of the file on which a node begins.
    """

    def __init__(
        self,
        mapping: yaml.MappingNode,
        find_line: Callable[[yaml.Node], int],
        problems: Problems,
        table: KeyTable | None,
    ) -> None:
        self.line = find_line(mapping)
        self.table = table
        self._problems = problems
        self._is_flow = bool(mapping.flow_style)
        self._nodes: dict[str, tuple[yaml.Node, int]] = {}
        for key_node, node in mapping.value:
            line = find_line(key_node)
            name = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            if not name:
                problems.add(line, Rule.KEY_IS_KNOWN, "this key is not a word", "write `key: value`")
            elif name in self._nodes:
                sentence = f"“{name}” stands twice; only one can hold"
                problems.add(line, Rule.KEY_STANDS_ONCE, sentence, "keep one of the two lines")
            else:
                self._nodes[name] = node, line

    @property
    def names(self) -> tuple[str, ...]:
        """Return the keys that a section of settings has, in order."""
        return tuple(self._nodes)

    def find_line(self, key: str) -> int:
        """Return the line of the key, or of the whole section when it is not there."""
        return self._nodes[key][1] if key in self._nodes else self.line

    def refuse_unknown(self) -> None:
        """Report the keys that the table does not have, with the closest one that it has."""
        known = self.table.names if self.table else self.names
        divided_texts = self._find_divided_texts(known)
        for key, pieces in divided_texts.items():
            self._report_divided_text(key, pieces)
        reported = set(known).union(*divided_texts.values())
        for name, (_, line) in self._nodes.items():
            if name not in reported:
                near = find_closest_word(name, known)
                hint = f"did you mean “{near}”?" if near else f"known here: {', '.join(known)}"
                if "more" in known:
                    hint += f"{'' if near else '.'} A key of your own stands under more: {{{name}: …}}"
                self._problems.add(line, Rule.KEY_IS_KNOWN, f"“{name}” is not a key we know", hint)

    def _find_divided_texts(self, known: Collection[str]) -> dict[str, list[str]]:
        """Return the unquoted texts in braces that a comma divides: the key, and the parts that are read as keys.

        `{name: Smith, John, role: interviewee}` has a key “John” without a value.
        """
        divided_texts: dict[str, list[str]] = {}
        key = ""
        for name, (node, _) in self._nodes.items() if self._is_flow else ():
            is_text = isinstance(node, yaml.ScalarNode) and not node.style
            if is_text and not node.value and name not in known:
                divided_texts.setdefault(key, []).append(name)
            else:
                key = name if is_text and node.value and name in known else ""
        divided_texts.pop("", None)
        return divided_texts

    def _report_divided_text(self, key: str, pieces: Sequence[str]) -> None:
        """Report a text that a comma divides, with the whole of it in quotation marks."""
        node, line = self._nodes[key]
        whole = ", ".join([str(node.value), *pieces])
        sentence = f"between braces a comma ends a text, so “{pieces[0]}” is read as a key"
        self._problems.add(line, Rule.KEY_IS_KNOWN, sentence, f'put the text in quotes: {key}: "{whole}"')

    def find_key(self, key: str, kinds: Collection[Kind]) -> Key | None:
        """Return the key of the table; an error of ours if it is not there, or of another kind."""
        if self.table is None:
            return None
        entry = self.table.find(key)
        assert entry.kind in kinds, f"“{key}” in {self.table.place} is a {entry.kind.value}"
        return entry

    def find_written(self, key: str) -> yaml.Node | None:
        """Return the node of the key, with a value or empty; None if the key is not there."""
        return self._nodes.get(key, (None, 0))[0]

    def find_value(self, key: str) -> yaml.Node | None:
        """Return the node of the key; None if it is empty or the key is not there."""
        node = self.find_written(key)
        is_empty = isinstance(node, yaml.ScalarNode) and (node.tag.endswith(":null") or not node.value.strip())
        return None if is_empty else node

    def list_values(self, key: str) -> list[yaml.Node]:
        """Return the nodes of a list; a single value is a list of one."""
        node = self.find_value(key)
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        return [node] if node is not None else []
