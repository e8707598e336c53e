# SPDX-License-Identifier: Apache-2.0
"""A model client that answers from a list: SelectorGroupChat wants one, and no model is called."""

from autogen_core.models import ChatCompletionClient, CreateResult, RequestUsage


class ScriptedModel(ChatCompletionClient):
    def __init__(self, answers: list[str]) -> None:
        self.answers, self.asked = answers, 0

    async def create(self, messages, **options) -> CreateResult:
        answer = self.answers[self.asked]
        self.asked += 1
        return CreateResult(finish_reason="stop", content=answer, usage=RequestUsage(0, 0), cached=False)

    def create_stream(self, messages, **options):
        raise NotImplementedError

    async def close(self) -> None:
        pass

    def actual_usage(self) -> RequestUsage:
        return RequestUsage(0, 0)

    def total_usage(self) -> RequestUsage:
        return RequestUsage(0, 0)

    def count_tokens(self, messages, **options) -> int:
        return 0

    def remaining_tokens(self, messages, **options) -> int:
        return 1_000_000

    @property
    def capabilities(self):
        return self.model_info

    @property
    def model_info(self):
        return {"vision": False, "function_calling": False, "json_output": False, "family": "unknown", "structured_output": False}
