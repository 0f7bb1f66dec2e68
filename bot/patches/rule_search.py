"""Remember which rules fit: RulePolicy walks all of them, four times for each message.

A rule looks at as many states back as it is long, so the states that the longest rule sees decide and are the key of
the memory. Rules on a message's text are looked for only where some rule names a text. Same rules, same actions.
"""

from __future__ import annotations

import json
from typing import Any

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import SHOULD_NOT_BE_SET

_MOST_REMEMBERED = 2_000


class _Found:
    """What one table of rules has answered so far."""

    def __init__(self, rules: dict[str, str]) -> None:
        self.rules, self.size = rules, len(rules)
        states = [json.loads(key) for key in rules]
        self.longest = max(map(len, states), default=1)
        self.names_texts = any((state.get("user") or {}).get("text") for rule in states for state in rule)
        self.by_states: dict[str, set[str]] = {}
        #: by the intent that the newest state must have; "" for those that ask for none
        self.by_intent: dict[str, dict[str, str]] = {}
        for (key, action), rule in zip(rules.items(), states):
            newest = rule[-1] if rule else {}
            intent = (newest.get("user") or {}).get("intent")
            # a rule that begins a conversation fits every beginning, whatever its intent
            asks = isinstance(intent, str) and intent != SHOULD_NOT_BE_SET and newest.get("prev_action")
            wanted = intent if asks else ""
            self.by_intent.setdefault(wanted, {})[key] = action

    def near(self, state: dict[str, Any]) -> dict[str, str]:
        """The rules that the newest state does not exclude by its intent."""
        intent = (state.get("user") or {}).get("intent")
        return {**self.by_intent.get("", {}), **(self.by_intent.get(intent, {}) if intent else {})}


def apply() -> None:
    """Replace two methods; harmless when repeated."""
    possible_keys, from_rules = RulePolicy._get_possible_keys, RulePolicy._find_action_from_rules
    if getattr(possible_keys, "zhengbian_remembers", False):
        return

    def _get_possible_keys(self: RulePolicy, lookup: dict[str, str], states: list[Any]) -> set[str]:
        memory = _memory(self, lookup)
        seen = states[-memory.longest :]
        key = repr(seen)
        found = memory.by_states.get(key)
        if found is None:
            found = possible_keys(self, memory.near(seen[-1]) if seen else lookup, seen)
            if len(memory.by_states) >= _MOST_REMEMBERED:
                memory.by_states.clear()
            memory.by_states[key] = found
        return set(found)

    def _find_action_from_rules(self: RulePolicy, tracker: Any, domain: Any, use_text_for_last_user_input: bool) -> Any:
        if use_text_for_last_user_input and not _memory(self, self.lookup[RULES]).names_texts:
            return None, None, False
        return from_rules(self, tracker, domain, use_text_for_last_user_input)

    _get_possible_keys.zhengbian_remembers = True  # type: ignore[attr-defined]
    RulePolicy._get_possible_keys = _get_possible_keys  # type: ignore[method-assign]
    RulePolicy._find_action_from_rules = _find_action_from_rules  # type: ignore[method-assign]


def _memory(policy: RulePolicy, lookup: dict[str, str]) -> _Found:
    memories: list[_Found] = policy.__dict__.setdefault("_zhengbian_found", [])
    for memory in memories:
        if memory.rules is lookup and memory.size == len(lookup):
            return memory
    memories[:] = [memory for memory in memories if memory.rules is not lookup][-3:]
    memories.append(_Found(lookup))
    return memories[-1]
