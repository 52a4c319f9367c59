"""The pages, a module each: handlers, the words that they show, and what they want worked out beforehand.

For: `app.make_app`, which joins them.
Takes: the room (`room.view`), and words of the address or of a form.
Gives: templates of `serve/templates`, whole pages or the pieces that htmx puts in.
Never: decides anything that a room below should, or lets words of a report through unescaped.
Start reading at: every.py, then overview.py.
"""

from tocsin.serve.pages.every import HANDLERS, LATER, WARM

__all__ = ["HANDLERS", "LATER", "WARM"]
