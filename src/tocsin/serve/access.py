"""All permissions, in one file: who may do what at the desk.

For now the desk has one user, on the machine it runs on, with the role of an analyst. Every handler names the action
that it needs (`may`), so that roles can be told apart later without touching a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler

__all__ = ["ROLES", "Action", "allowed", "may", "role_of"]


class Action(StrEnum):
    """What somebody may do at the desk."""

    READ = "read"
    """See reports with private persons masked, and everything worked out from them."""
    ADD = "add"
    """Take in what is pasted."""
    DECIDE = "decide"
    """Confirm, correct, retract, grade, link."""
    UNMASK = "unmask"
    """See a masked name, with a reason that is kept."""
    JUDGE = "judge"
    """Change the judgments of the case."""


ROLES: Final[Mapping[str, frozenset[Action]]] = {
    "analyst": frozenset(Action),
    "reader": frozenset({Action.READ}),
}
"""Role → what it may do."""


def allowed(role: str, action: Action) -> bool:
    """Whether a role may do something; an unknown role may do nothing."""
    return action in ROLES.get(role, frozenset())


def role_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The role of whoever asks: that of the one user of this machine."""
    return str(connection.app.state.role)


def may(action: Action) -> Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], None]:
    """A guard of a handler that needs an action.

    Raises:
        PermissionDeniedException: The role may not do it.
    """

    def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        if not allowed(role_of(connection), action):
            raise PermissionDeniedException(f"the role {role_of(connection)!r} may not {action}")

    return guard
