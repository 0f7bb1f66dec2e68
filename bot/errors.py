"""The exceptions that the core and the channels raise, in one tree.

ZhengbianError
├── ContentError      a file under data/ is wrong: file, line, field, value, remedy
├── SettingError      an environment setting is wrong: name, value, remedy
└── InputError        a request is wrong: HTTP status and a Chinese sentence for the person

Expected outcomes (nothing found, too close to call) are values, never exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass


class ZhengbianError(Exception):
    """Root of the tree."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a content file, told so that an editor can mend it.

    ``line`` is 1-based, 0 where the whole file is meant.
    """

    file: str
    line: int
    field: str
    value: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        shown = self.value if len(self.value) <= 60 else self.value[:57] + "…"
        return f"{where}　字段「{self.field}」　现在是「{shown}」　{self.remedy}"


class ContentError(ZhengbianError):
    """Content files that cannot be used; carries every problem found, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class SettingError(ZhengbianError):
    """A setting whose value cannot be used."""

    def __init__(self, name: str, value: str, remedy: str) -> None:
        self.name, self.value, self.remedy = name, value, remedy
        super().__init__(f"{name}={value!r}：{remedy}")


class InputError(ZhengbianError):
    """A request that is answered by an HTTP error.

    ``code`` is the stable machine word, ``message`` the sentence shown to the person.
    """

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}
        super().__init__(f"{status} {code}")
