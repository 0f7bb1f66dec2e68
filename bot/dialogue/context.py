"""What a message means in its conversation: a choice, an ellipsis, a detail that was asked for."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.advert.payment import has_paid
from bot.dialogue.choice import is_pick, read_choice
from bot.dialogue.memory import Memory
from bot.dialogue.occupation import aspect_of
from bot.dialogue.office import PREFECTURES, REPORT
from bot.dialogue.platform import INTENT as QUERY
from bot.dialogue.question import Question
from bot.dialogue.safety import CRISIS
from bot.knowledge.entity_names import DENIED_PLACE
from bot.knowledge.store import Snapshot
from bot.replies.reply import Choice

#: How to check a body oneself; what has no meaning.
BODY, UNINTELLIGIBLE = "verify_body", "oos_gibberish"
#: Normalised length up to which a message may be an ellipsis.
_SHORT = 14
_POINTING = re.compile(
    r"^(?:那么?|这个?|它|该|这种|那种|前面|刚才|上面|如果|要是|不是|我说的是|我是说|是在?)|呢$|^(?:在|到|去|给)?(?:哪里|谁|怎么|多少|电话)"
    r"|^(?:以前|原来|旧)的|^(?:一共|总共)?[分有]?(?:几级|几个等级|哪几级)|^(?:什么时候|有?什么后果)"
)
#: Asked of an advert just judged: „能信吗", „是真的吗".
_DOUBT = re.compile(
    r"(?:那|这|它|他们|到底|究竟|个|广告|家|机构)*"
    r"(?:能信|可信|靠谱|能不能信|可不可信|可不可靠|可靠|靠不靠谱|信得过|是真的|真的假的|是真是假|是不是真的|正规)(?:吗|不|嘛|么|呢|啊)*"
)
_ASPECTS = (
    ("who", re.compile(r"给谁|谁能|谁可以|什么人|哪些人|对象|适合谁")),
    ("issuer", re.compile(r"谁发|哪.{0,3}发|谁来发|发证|颁发|谁评|谁来考")),
    ("phone", re.compile(r"电话|号码|打哪|打给谁")),
    ("where", re.compile(r"哪里.{0,3}查|在哪查|怎么查|网址|网站|哪里看")),
    ("how", re.compile(r"怎么考|怎么拿|怎么取得|怎么办|去哪考|如何考|怎样考|考什么")),
    ("levels", re.compile(r"几级|等级|哪个最高")),
    ("valid", re.compile(r"还有用|还有效|作废|有效吗")),
    ("when", re.compile(r"什么时候|哪年|几月|多久")),
    ("consequence", re.compile(r"后果|处罚|怎么处理|会怎么样|犯法|违法")),
    ("what", re.compile(r"是什么|什么意思|管什么|管哪些")),
)
#: Who issues it is told, where no entry is about that alone, in the one that says what it is.
_NEAREST = {"issuer": "what"}
#: Kinds of detail that continue a routed answer.
_DETAILS = {
    "find_platform": ("cert_type", "place", "prefecture"),
    "find_office": ("matter", "prefecture", DENIED_PLACE, "place"),
}
#: Characters besides the names up to which a message is nothing but a detail; support from which
#: it is a question of its own, and from which it is one where it asks something.
_LITTLE, _SURE, _ASKED = 5, 0.45, 0.3
_QUESTION = re.compile(r"什么|哪些|哪几|怎么|如何|为什么|几[类种级个]|多少|区别|吗$|是不是|有没有|能不能")


def resolve(question: Question, memory: Memory, snapshot: Snapshot) -> Question:
    """The question as meant; unchanged where the conversation adds nothing."""
    if question.chosen or question.intent == CRISIS:
        return question
    choice = read_choice(question.raw, memory.offered)
    if choice is not None:
        return chosen(question, choice)
    if is_pick(question.raw):  # of a list that is not there: any meaning would be guessed
        return question.asking(UNINTELLIGIBLE)
    titled = snapshot.entry_titled(question.raw)
    if titled:  # a suggested question, or a button's words: the classifier need not guess
        return question if titled == question.intent else question.asking(titled)
    if len(question.text) > _SHORT or not memory.concern or has_paid(question.raw):
        return question  # who has paid is helped at once, whatever was talked about
    return _detail(question, memory) or _ellipsis(question, memory, snapshot) or question


def chosen(question: Question, choice: Choice) -> Question:
    """The question that a choice stands for."""
    entities: dict[str, tuple[str, ...]] = {}
    for kind, value in choice.entities:
        entities[kind] = (*entities.get(kind, ()), value)
    return Question(
        raw=question.raw,
        text=choice.title,
        intent=choice.intent,
        entities=entities,
        ranking=question.ranking,
        chosen=True,
    )


def _detail(question: Question, memory: Memory) -> Question | None:
    """A message that only names what was asked for, or corrects it: „外省的", „不是，是专项证"."""
    kinds = _DETAILS.get(memory.concern, ())
    if not any(question.first(kind) for kind in kinds):
        return None
    bare = len(question.text) - sum(question.lengths.values()) <= _LITTLE
    asks = _QUESTION.search(question.text) is not None
    own = question.support >= (_ASKED if asks else _SURE) and not _POINTING.search(question.text)
    if own and (asks or not bare):
        return None  # „什么是山寨证书" names the matter of a report too
    if memory.concern == "find_platform":
        return replace(question, intent=QUERY, parts=())
    return replace(question, intent=PREFECTURES if memory.entry == PREFECTURES else REPORT, parts=())


def _ellipsis(question: Question, memory: Memory, snapshot: Snapshot) -> Question | None:
    """„那在哪查呢", „谁发的", „电话多少": the aspect is said, the subject is remembered."""
    if memory.concern == "check_advert" and _DOUBT.fullmatch(question.text):
        return question.asking(BODY)
    names_subject = question.first("cert_type") or question.first("occupation") or question.first("office")
    if names_subject or not _POINTING.search(question.text):
        return None
    if memory.occupation and aspect_of(question.text):
        return question.asking("ask_occupation", occupation=memory.occupation)
    aspect = next((name for name, pattern in _ASPECTS if pattern.search(question.text)), "")
    if not aspect:
        return None
    if aspect == "where" and memory.topic in ("qualification", "skill_level", "special_ability"):
        return question.asking(QUERY, cert_type=memory.topic)
    if aspect == "phone" and memory.topic != "report":
        return question.asking(REPORT) if memory.topic in ("fake", "campaign") else question.asking("phones_provincial")
    of_topic = {e.aspect: e.id for e in reversed(list(snapshot.content.entries.values())) if e.topic == memory.topic}
    found = of_topic.get(aspect) or of_topic.get(_NEAREST.get(aspect, ""))
    return question.asking(found) if found else None
