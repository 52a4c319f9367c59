"""People in the news: public officials and offices, given names, word forms, and pseudonyms of those who post.

For: the rules that read texts, the ledger, and whoever must not show a private person.
Takes: words of a text or of a coder.
Gives: who is named and on whose side, whether a word is a given name, a name in its cases, a pseudonym.
Never: takes a private person for an official of the same surname; keeps a name of somebody who posts.
Start reading at: actors.py; masking.py one floor up hides private persons, since it needs the rules of texts.
"""

from tocsin.watch.people.actors import Actor, ActorMention, actor_mentions, actor_of, actors, speaks_for
from tocsin.watch.people.protect import KEY_BYTES, KEY_VARIABLE, key_file, machine_key, pseudonym

__all__ = [
    "KEY_BYTES",
    "KEY_VARIABLE",
    "Actor",
    "ActorMention",
    "actor_mentions",
    "actor_of",
    "actors",
    "key_file",
    "machine_key",
    "pseudonym",
    "speaks_for",
]
