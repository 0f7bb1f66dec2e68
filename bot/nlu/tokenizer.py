"""JiebaTokenizer over the normalised text, with the user dictionary from the knowledge."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

import bot.nlu.guard  # noqa: F401 - registers the guarded message handler for every training
from bot.knowledge.store import current_snapshot
from bot.nlu.fingerprint import understanding_fingerprint
from bot.text.normalise import normalise
from bot.text.words import cut

#: Message property with the normalised text; part of the parse result.
NORMALISED = "normalised"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class NormalisingJiebaTokenizer(JiebaTokenizer):
    """Normalises, then segments with the one jieba dictionary of the process.

    Token offsets count in the normalised text, which is published as ``normalised``; training
    examples therefore carry no inline entity marks.
    """

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NormalisingJiebaTokenizer:
        """A component whose dictionary is the knowledge's, not a folder's."""
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Retrain when word lists, names or normalising code change."""
        return understanding_fingerprint()

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        """Tokens of the normalised attribute; [] for an empty one."""
        text = normalise(message.get(attribute) or "", current_snapshot().lexicon)
        if attribute == TEXT:
            message.set(NORMALISED, text, add_to_output=True)
        tokens, at = [], 0
        for word in cut(text):
            start = text.index(word, at)
            at = start + len(word)
            tokens.append(Token(word, start, at))
        return self._apply_token_pattern(tokens)
