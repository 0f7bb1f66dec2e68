"""``check``: content, phrasings and generated files; says whether the next start will train."""

from __future__ import annotations

import sys

from bot.cli.generate import foreign_weights_are_current, generated_files, weights_are_current
from bot.errors import Problem
from bot.knowledge.checks import check_content
from bot.knowledge.phrasings import check_phrasings, read_phrasings
from bot.knowledge.store import shared_store
from bot.server.model import ModelFile, training_fingerprint
from bot.settings import Settings


def find_problems(settings: Settings) -> tuple[Problem, ...]:
    """Every problem of content, phrasings and generated files. Raises ContentError for broken files."""
    data = settings.path("ZHENGBIAN_DATA_DIR")
    snapshot = shared_store(data).current
    entries = set(snapshot.content.entries)
    intents = {intent for words in snapshot.content.wordings.values() for intent in words.intents}
    known = entries | intents | {"ask_occupation", "paste_advert"}
    stale = [
        Problem(path.name, 0, "文件", "过期", "请运行 python -m bot generate 重新生成")
        for path, text in generated_files(settings).items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    if not weights_are_current(settings):
        stale.append(Problem("weights.json", 0, "文件", "过期", "请运行 python -m bot generate 重新生成"))
    if not foreign_weights_are_current(settings):
        stale.append(Problem("foreign_weights.json", 0, "文件", "过期", "请运行 python -m bot generate 重新生成"))
    phrasings = read_phrasings(data / "nlu")
    return (*check_content(snapshot.content), *check_phrasings(phrasings, known, entries, snapshot.lexicon), *stale)


def check(settings: Settings) -> int:
    """Print every problem; status 1 when there is one."""
    problems = find_problems(settings)
    for problem in problems:
        print(problem, file=sys.stderr)
    snapshot = shared_store(settings.path("ZHENGBIAN_DATA_DIR")).current
    print(f"{len(snapshot.content.entries)} 个条目，内容版本 {snapshot.version}，{len(problems)} 处问题。")
    if ModelFile.of(settings).is_current(training_fingerprint(settings)):
        print("模型是新的，改动不需要训练。")
    else:
        print("问法、名称或别名有变化：下次 make run 会先重新训练。")
    return 1 if problems else 0
