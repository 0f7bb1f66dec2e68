"""What a start warns of."""

from __future__ import annotations

import pytest

from bot.server.serve import warn_of_halves
from bot.settings import Settings

REDIS, DATABASE = {"ZHENGBIAN_REDIS": "redis://:pw@127.0.0.1/0"}, {"ZHENGBIAN_DATABASE": "postgresql://u@127.0.0.1/d"}


@pytest.mark.parametrize(("values", "is_told"), [({}, 0), (DATABASE, 0), (REDIS | DATABASE, 0), (REDIS, 1)])
def test_a_redis_without_a_shared_database(
    caplog: pytest.LogCaptureFixture, values: dict[str, str], is_told: int
) -> None:
    """Told in Chinese, with both settings and what to do, and without an address."""
    warn_of_halves(Settings.from_environment(values))
    told = [record.getMessage() for record in caplog.records if record.name == "bot.server.serve"]
    assert is_told == len(told)
    for line in told:
        assert line.startswith("database_not_shared ")
        assert "ZHENGBIAN_REDIS" in line
        assert "请都填同一个 PostgreSQL" in line
        assert "pw" not in line
