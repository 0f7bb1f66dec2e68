"""How a question becomes a ranking of intents: features, sentence encoder, classifier, gate.

The mathematics only, without Rasa; :mod:`bot.nlu` wraps it into graph components.
"""
