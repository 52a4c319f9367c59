"""What the desk says when it cannot or may not: a page in its own style, a piece for htmx, one line for the log.

A refusal of a room below (`TocsinError`) is told in its own sentence. Anything else that escapes is a defect of Tocsin:
the page says so, and the log names kind and place of it, never words or values, which may be somebody's.
"""

from __future__ import annotations

import sys
import traceback
from http import HTTPStatus
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Template
from litestar.types import ExceptionHandlersMap

from tocsin.errors import TocsinError
from tocsin.serve.page import NAVIGATION

__all__ = ["HANDLED"]

_Asked = Request[Any, Any, Any]
_LAPSED: Final = "CSRF token verification failed"
"""How Litestar calls it."""
_TITLES: Final = {
    400: "This address or form cannot be read",
    403: "That is not allowed",
    404: "There is no such page",
    405: "This address is not for that",
    413: "That is too large",
    422: "That cannot be done",
}
_DEFECT: Final = "a defect of Tocsin"


def _http(request: _Asked, error: HTTPException) -> Response[Any]:
    """What the framework or a page refuses."""
    code = error.status_code
    if code >= 500:
        return _defect(request, error)
    if code == 403 and error.detail == _LAPSED:
        told = "The form has lapsed: the desk was started anew after the page was loaded, or the page is another's."
        return _told(request, code, "The form has lapsed", told, "Load the page again and send it once more.")
    detail = "" if error.detail in ("", HTTPStatus(code).phrase) or code == 405 else _sentence(error.detail)
    told = detail or {404: "Nothing stands at this address."}.get(code, "It was not understood.")
    return _told(request, code, _TITLES.get(code, "That cannot be done"), told)


def _refused(request: _Asked, error: TocsinError) -> Response[Any]:
    """What a room below refuses."""
    return _told(request, 422, _TITLES[422], str(error))


def _defect(request: _Asked, error: Exception) -> Response[Any]:
    """What nobody foresaw."""
    frames = traceback.extract_tb(error.__traceback__)
    place = next((one for one in reversed(frames) if "tocsin" in one.filename), frames[-1] if frames else None)
    where = f" at {place.filename.rpartition('/')[2]}:{place.lineno} ({place.name})" if place else ""
    print(f"tocsin serve: {_DEFECT}: {type(error).__name__}{where}", file=sys.stderr, flush=True)
    told = f"This is {_DEFECT}, not something that you did wrong. What was decided before is kept."
    return _told(request, 500, "Something is broken", told, f"For a report of it: {type(error).__name__}{where}.")


def _told(request: _Asked, code: int, title: str, sentence: str, more: str = "") -> Response[Any]:
    shown = {"title": title, "sentence": sentence, "more": more}
    if request.headers.get("hx-request"):
        made = Template("refused_piece.html", context=shown, status_code=code)
    else:
        made = Template("refusal.html", context={"navigation": NAVIGATION, "here": "", **shown}, status_code=code)
    return made


def _sentence(detail: str) -> str:
    return detail if detail.endswith(".") else detail[:1].upper() + detail[1:] + "."


HANDLED: Final[ExceptionHandlersMap] = {HTTPException: _http, TocsinError: _refused, Exception: _defect}
"""For `Litestar(exception_handlers=…)`."""
