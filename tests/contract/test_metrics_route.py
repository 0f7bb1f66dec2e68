"""``/metrics`` of the running server: what it counts, and who may read it."""

from __future__ import annotations

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.contract.bare import good, in_thread, serve
from tests.contract.conftest import Client, Server


def samples(client: Client) -> dict[str, float]:
    """Every sample by its name and labels."""
    answer = client.send("GET", "/metrics")
    assert 200 == answer.status
    families = text_string_to_metric_families(answer.text)
    return {f"{s.name}{dict(sorted(s.labels.items()))}": s.value for family in families for s in family.samples}


def test_what_is_counted(server: Server, visitor: Client) -> None:
    """Turns by channel and kind, refusals, errors, the versions; no word of the question."""
    reader = server.client()
    before = samples(reader)
    visitor.say("山寨证书是什么")
    visitor.say("学历怎么查")
    visitor.post(text="")
    after = samples(reader)

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert 1 == grown("zhengbian_turn_seconds_count{'channel': 'web', 'kind': 'answer'}")
    assert 1 == grown("zhengbian_refusals_total{'channel': 'web', 'reason': 'other_authority'}")
    assert 1 == grown("zhengbian_requests_rejected_total{'code': 'empty'}")
    (info,) = [name for name in after if name.startswith("zhengbian_info")]
    assert "'model': ''" not in info
    assert after["process_resident_memory_bytes{}"] > 0
    assert "山寨" not in reader.send("GET", "/metrics").text


def test_a_proxy_is_refused(client: Client) -> None:
    """Whoever is forwarded is not this machine."""
    for name in ("X_Forwarded_For", "X_Real_IP", "Forwarded", "Via"):
        answer = client.send("GET", "/metrics", **{name: "10.0.0.1"})
        assert 403 == answer.status
        assert "zhengbian_" not in answer.text
    assert 403 == client.send("GET", "/metrics", Authorization="Bearer x", X_Real_IP="10.0.0.1").status


async def test_a_token_opens(tmp_path: Path) -> None:
    """With the token through whatever, with a wrong one not at all."""
    async with serve(tmp_path, good, ZHENGBIAN_METRICS_TOKEN="geheim") as client:
        for token, expected in (("geheim", 200), ("geheimer", 403), ("", 403)):
            headers = {"Authorization": f"Bearer {token}", "X_Forwarded_For": "10.0.0.1"}
            answer = await in_thread(client.send, "GET", "/metrics", **headers)
            assert expected == answer.status
