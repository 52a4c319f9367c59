"""The web application: its handlers, and what it says to every browser about what a page may do.

A page may run only scripts and styles that came with it, ask only its own server, and stand in no frame. Forms carry a
token that another site cannot know (CSRF), and only the names of this machine are answered (no DNS rebinding).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from litestar import Litestar, Request, Router
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader, MutableScopeHeaders, State
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig
from litestar.types import Message, Scope
from markupsafe import Markup

from tocsin.serve.grades import grade_words
from tocsin.serve.idle import Idle
from tocsin.serve.pages import HANDLERS
from tocsin.serve.refusals import HANDLED
from tocsin.serve.room import Room

__all__ = ["POLICY", "compile_templates", "has_vendor", "make_app"]

HERE: Final = Path(__file__).resolve().parent
VENDOR: Final = HERE / "vendor"
"""Libraries for the browser, put there at set-up by `tools/web.py` from the lock in `web/`; never committed."""
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""What a page may do (Content Security Policy, level 3)."""
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""What every answer says to the browser, also one that refuses."""


def make_app(room: Room, *, hosts: Sequence[str], role: str = "analyst") -> Litestar:
    """Make the application of a room.

    Args:
        room: Its watch folder and case.
        hosts: Names with ports under which it is asked, such as `127.0.0.1:8400`; any other is refused.
        role: The role of its one user.
    """

    idle = Idle(room)

    async def say_headers(message: Message, scope: Scope) -> None:
        idle.answered()
        await _say_headers(message, scope)

    week = CacheControlHeader(max_age=604_800, private=True)
    files: list[Router] = [create_static_files_router("/static", [HERE / "static"], name="static")]
    if has_vendor():
        files.append(create_static_files_router("/vendor", [VENDOR], name="vendor", cache_control=week))
    return Litestar(
        route_handlers=[*HANDLERS, *files],
        dependencies={"room": Provide(lambda: room, sync_to_thread=False)},
        state=State({"role": role}),
        template_config=TemplateConfig(directory=HERE / "templates", engine=JinjaTemplateEngine, engine_callback=_set),
        csrf_config=CSRFConfig(secret=secrets.token_urlsafe(32), cookie_samesite="strict", cookie_httponly=True),
        allowed_hosts=AllowedHostsConfig([*hosts]),
        before_request=_no_zero_byte,
        before_send=[say_headers],
        lifespan=[idle.beside],
        exception_handlers=HANDLED,
        logging_config=None,
        openapi_config=None,
    )


def _no_zero_byte(request: Request[Any, Any, Any]) -> None:
    """Refuse an address with a zero byte, which no file's name can hold."""
    if "\0" in request.url.path or "%00" in request.url.path:
        raise NotFoundException("there is no such page")


def has_vendor() -> bool:
    """Whether the libraries for the browser were put in place; without them pages work, with a still map."""
    return (VENDOR / "vendor.json").is_file()


def compile_templates(app: Litestar) -> None:
    """Compile every template, so that the first reader of a page does not wait for it."""
    engine = app.template_engine
    if isinstance(engine, JinjaTemplateEngine):
        for name in engine.engine.list_templates():
            engine.get_template(name)


async def _say_headers(message: Message, scope: Scope) -> None:
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS.items():
        headers[name] = value
    if headers.get("content-type", "").startswith("text/html"):
        headers["Cache-Control"] = "no-store"  # pages of reports are nothing for the disk of a browser


def _set(engine: JinjaTemplateEngine) -> None:
    """Escape whatever a template is given, and refuse what it is not given."""
    from jinja2 import StrictUndefined

    engine.engine.autoescape = True
    engine.engine.undefined = StrictUndefined
    engine.engine.trim_blocks = engine.engine.lstrip_blocks = True
    engine.engine.globals |= {"has_vendor": has_vendor(), "grade_words": grade_words, "icon": _icon}


def _icon(name: str) -> Markup:
    """A drawing of static/icons.svg; the words beside it say what it means."""
    return Markup(f'<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#{name}"/></svg>')
