"""Read YAML and remember on which line each field stands, so that errors can point at it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError, Problem

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Row(dict[str, Any]):
    """A YAML mapping with the line it begins on and the line of each of its fields (1-based)."""

    line: int
    lines: dict[str, int]


class _LineLoader(_Loader):  # type: ignore[misc]
    """Builds :class:`Row` for mappings; a doubled key is an error, dates stay text."""


def _construct_row(loader: Any, node: yaml.MappingNode) -> Any:
    row = Row()
    row.line, row.lines = node.start_mark.line + 1, {}
    yield row
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in row:
            raise yaml.constructor.ConstructorError(None, None, f"重复的字段 {key}", key_node.start_mark)
        row[key] = loader.construct_object(value_node, deep=True)
        row.lines[str(key)] = key_node.start_mark.line + 1


_LineLoader.add_constructor("tag:yaml.org,2002:map", _construct_row)
_LineLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def read_yaml(path: Path, shown: str) -> Any:
    """Content of one file.

    Raises:
        ContentError: the file is missing, is no UTF-8 or no YAML; ``shown`` names it.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _LineLoader)  # noqa: S506 - a safe loader's subclass
    except FileNotFoundError:
        raise ContentError((Problem(shown, 0, "文件", str(path.name), "文件不存在，请补上"),)) from None
    except UnicodeDecodeError:
        raise ContentError((Problem(shown, 0, "文件", str(path.name), "不是 UTF-8 编码，请另存为 UTF-8"),)) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = str(getattr(error, "problem", "") or "写法有误")
        problem = Problem(shown, mark.line + 1 if mark else 0, "YAML", what, "检查这一行的缩进、冒号和引号")
        raise ContentError((problem,)) from None
