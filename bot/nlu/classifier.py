"""The intent classifier and entity extractor of the pipeline: the core's interpreter in Rasa's terms."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import fields
from itertools import islice
from typing import Any, ClassVar, Dict, List, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.knowledge.store import current_snapshot
from bot.nlu.fingerprint import understanding_fingerprint
from bot.nlu.tokenizer import NORMALISED
from bot.text.excerpt import excerpt
from bot.understanding import encoder
from bot.understanding.interpret import FALLBACK, GateSettings, Interpreter, Meaning, Steps, Understanding, follow
from bot.understanding.matcher import KernelSettings, Matcher

#: Understood messages kept; of those longer than so many characters only the last few, for the turn they are in:
#: what many people ask is asked in few words.
_MOST_REMEMBERED, _LONG, _MOST_LONG = 1_000, 120, 32
#: Candidates that a parse carries through Rasa, which copies it several times: the desk shows the first eight answers.
_MOST_RANKED = 40


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=True
)
class EntryClassifier(IntentClassifier, GraphComponent):
    """Emits the intent, the ranking, entities, and the parts of a message that asks several things.

    Below the gate the intent is ``nlu_fallback``, put before the ranking, which stays as it is, so that
    ``rasa test nlu`` scores the entry and the dialogue can offer what was near.
    """

    @classmethod
    def required_components(cls) -> List[type]:
        """Normalised text and embedding."""
        return [Tokenizer, DenseFeaturizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Kernel and gate; see :class:`KernelSettings` and :class:`GateSettings`."""
        return {**vars(KernelSettings()), **vars(GateSettings())}

    @staticmethod
    def required_packages() -> List[str]:
        """Linear algebra and sparse matrices."""
        return ["numpy", "scipy"]

    #: The component that a server answers with: the one loaded last.
    serving: ClassVar[Optional[EntryClassifier]] = None

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        matcher: Optional[Matcher] = None,
    ) -> None:
        """Untrained without a ``matcher``."""
        self._kernel = KernelSettings(**{f.name: config[f.name] for f in fields(KernelSettings)})
        self._gate = GateSettings(**{f.name: config[f.name] for f in fields(GateSettings)})
        self._model_storage, self._resource, self._matcher = model_storage, resource, matcher
        self._short: OrderedDict[tuple[str, str], Understanding] = OrderedDict()
        self._long: OrderedDict[tuple[str, str], Understanding] = OrderedDict()

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntryClassifier:
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EntryClassifier:
        """The trained component; a missing or damaged file raises, it is never an untrained one."""
        with model_storage.read_from(resource) as folder:
            EntryClassifier.serving = cls(config, model_storage, resource, Matcher.load(folder))
        return EntryClassifier.serving

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Retrain when what understanding rests on changes."""
        return understanding_fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every phrasing that has an intent, and persist."""
        examples = [m for m in training_data.intent_examples if m.get(INTENT) and (m.get(NORMALISED) or "").strip()]
        texts = [excerpt(message.get(NORMALISED)) for message in examples]
        dense = np.stack([_embedding(message) for message in examples])
        self._matcher = Matcher.train(texts, dense, [message.get(INTENT) for message in examples], self._kernel)
        self.persist()
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Understand every message; one without text keeps no intent."""
        for message in messages:
            text = message.get(TEXT)
            if text is None:
                continue
            for key, value in as_parse(self.understand(text)).items():
                message.set(key, value, add_to_output=True)
        return messages

    def understand(self, text: str) -> Understanding:
        """Understand at once, the encoder included; raises what that raises."""
        return follow(self.steps(text), self.meaning)

    def meaning(self, text: str) -> Meaning:
        """What a step asks for; raises what the encoder raises. Any thread may ask."""
        assert self._matcher is not None
        return self._matcher.meaning(encoder.encode(text))

    def steps(self, text: str) -> Steps:
        """Understand with the encoder elsewhere; the same text under the same content is understood once."""
        if self._matcher is None:
            raise RuntimeError("EntryClassifier is not trained")
        snapshot = current_snapshot()
        key = (text, snapshot.version)
        memory, most = (self._long, _MOST_LONG) if len(text) > _LONG else (self._short, _MOST_REMEMBERED)
        understood = memory.get(key)
        if understood is None:
            understood = yield from Interpreter(self._matcher, self._gate).steps(text, snapshot)
            memory[key] = understood
            while len(memory) > most:
                memory.popitem(last=False)
        return understood

    def persist(self) -> None:
        """Write JSON and npz into the model storage."""
        assert self._matcher is not None
        with self._model_storage.write_to(self._resource) as folder:
            self._matcher.save(folder)


def as_parse(understood: Understanding) -> Dict[str, Any]:
    """The fields of Rasa's parse result; parts have the same form."""
    ranking = [{"name": c.intent, "confidence": c.support} for c in islice(understood.ranking, _MOST_RANKED)]
    intent = {"name": understood.intent, "confidence": float(understood.support)}
    if understood.intent == FALLBACK:
        ranking = [intent, *ranking]
    entities: List[Dict[str, Any]] = [
        {"entity": e.kind, "value": e.value, "start": e.start, "end": e.end, "extractor": "EntryClassifier"}
        for e in understood.entities
    ]
    for kind, values in understood.extra.items():
        entities += [
            {"entity": kind, "value": value, "start": 0, "end": len(understood.text), "extractor": "EntryClassifier"}
            for value in values
        ]
    parsed: Dict[str, Any] = {
        INTENT: intent,
        INTENT_RANKING_KEY: ranking,
        ENTITIES: entities,
        NORMALISED: understood.text,  # what was understood; the tokenizer's still has greetings and thanks
    }
    if understood.parts:
        parsed["parts"] = [{"text": part.raw, **as_parse(part), INTENT_RANKING_KEY: []} for part in understood.parts]
    return parsed


def _embedding(message: Message) -> np.ndarray:
    _, sentence = message.get_dense_features(TEXT, [])
    if sentence is None:
        return np.zeros(encoder.DIMENSION, np.float32)
    return np.asarray(sentence.features, dtype=np.float32)[0]
