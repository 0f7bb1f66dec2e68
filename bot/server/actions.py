"""Run the custom actions in this process: no second server, no HTTP hop, the same code."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import async_timeout
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

#: Seconds after which an action is given up: a conversation's lock lives 60 s.
ACTION_SECONDS = 3.0


class InProcessActions(EndpointConfig):
    """Stands where Rasa expects the address of an action server."""

    def __init__(self, package: str = "actions") -> None:
        """Registers every action of ``package`` once."""
        super().__init__(url="in-process://actions", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(  # type: ignore[override]
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Run one action on its JSON call, as the action server would.

        Raises:
            ClientResponseError: 400 the action refused, 404 there is none, 504 it took too long.
        """
        call = kwargs["json"]
        name = call.get("next_action")
        try:
            async with async_timeout.timeout(ACTION_SECONDS):  # makes no task: the turn keeps the loop
                result = await self._executor.run(call)
        except ActionExecutionRejection as error:
            raise _refused(400, "Bad Request", error.action_name, error.message) from error
        except ActionNotFoundException as error:
            raise _refused(404, "Not Found", str(name), str(error)) from error
        except asyncio.TimeoutError as error:
            raise _refused(504, "Gateway Timeout", str(name), "the action took too long") from error
        # what cannot become JSON would fail only when saved, and the turn would be lost
        return json.loads(json.dumps(result.dict() if hasattr(result, "dict") else result))


def _refused(status: int, reason: str, action: str, message: str) -> ClientResponseError:
    return ClientResponseError(status, reason, json.dumps({"action_name": action, "error": message}))
