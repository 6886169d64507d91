"""Facts about gate.toml: strict, and every complaint names the file and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.chat.pricing import Price
from summarizer.errors import ConfigurationError
from summarizer.evaluation.gate_config import GateConfig, load_gate
from tests.evaluation.scorers.runs import score, small_run

SHIPPED = Path(__file__).parents[2] / "eval" / "gate.toml"
GATE = '[gate.tags]\nprimary = "micro_f1"\nmargin = 0.04\n'


def load(tmp_path: Path, text: str) -> GateConfig:
    path = tmp_path / "gate.toml"
    path.write_text(text, encoding="utf-8")
    return load_gate(path)


def test_the_shipped_gate_has_one_primary_for_each_task() -> None:
    config = load_gate(SHIPPED)

    assert list(config.gate) == ["summary", "tags", "relevance", "translation"]
    assert config.eval.bootstrap == 10_000
    assert config.eval.max_missing == 0


def test_the_shipped_gate_names_what_is_scored() -> None:
    config, card = load_gate(SHIPPED), score(small_run(), price=Price(1.0, 0.5, 4.0))
    metrics = {column.metric.name: column.metric for column in card.columns}

    assert {name: metrics[name].role for name in config.primaries} == dict.fromkeys(config.primaries, "primary")
    assert set(config.guard) <= {rule.name for rule in card.guardrails}
    assert config.cost is not None
    assert config.cost.metric in metrics


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    config = load(tmp_path, GATE)

    assert list(config.primaries) == ["tags.micro_f1"]
    assert config.primaries["tags.micro_f1"].margin == 0.04
    assert (config.eval.seed, config.eval.confidence) == (20261120, 0.95)
    assert (config.guard, config.waiver, config.cost) == ({}, (), None)


def test_every_table_is_read(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        "[eval]\nbootstrap = 500\nseed = 3\nconfidence = 0.9\nmax_missing = 2\n"
        + GATE
        + 'within_sd = 0.1\n[guard]\n"structure.parse" = 1.0\n"translation.formulas" = "no_new"\n'
        + '[[waiver]]\nid = "2501.00001"\nguardrail = "translation.formulas"\nreason = "written out"\n'
        + '[cost]\nmetric = "cost.input_tokens"\nmax_increase = 0\n',
    )

    assert (config.eval.bootstrap, config.eval.max_missing) == (500, 2)
    assert config.gate["tags"].within_sd == 0.1
    assert config.guard == {"structure.parse": 1.0, "translation.formulas": "no_new"}
    assert config.find_waiver("translation.formulas", "2501.00001") == "written out"
    assert config.find_waiver("structure.parse", "2501.00001") is None
    assert config.cost is not None
    assert config.cost.max_increase == 0


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "gate"),
        ("[gate]\n", "gate"),
        (GATE + "[eval]\nbootstraps = 5\n", "eval.bootstraps"),
        (GATE + "[gates.x]\n", "gates"),
        (GATE + "[eval]\nbootstrap = 10\n", "eval.bootstrap"),
        (GATE + '[eval]\nseed = "7"\n', "eval.seed"),
        (GATE + "[eval]\nconfidence = 1.0\n", "eval.confidence"),
        (GATE + "[eval]\nmax_missing = true\n", "eval.max_missing"),
        (GATE + "threshold = 3\n", "gate.tags.threshold"),
        ('[gate.tags]\nprimary = "micro_f1"\nmargin = 0\n', "gate.tags.margin"),
        ('[gate.tags]\nprimary = "micro_f1"\nmargin = inf\n', "gate.tags.margin"),
        ('[gate.tags]\nprimary = "micro_f1"\nmargin = nan\n', "gate.tags.margin"),
        ('[gate.cost]\nprimary = "usd"\nmargin = 1\n', "gate.cost"),
        (GATE + '[guard]\n"a.b" = "none_new"\n', "guard.a.b"),
        (GATE + '[guard]\n"a.b" = 1.1\n', "guard.a.b"),
        (GATE + '[guard]\n"a.b" = 0\n', "guard.a.b"),
        (GATE + '[[waiver]]\nid = "x"\nguardrail = "a.b"\nreason = ""\n', "waiver.0.reason"),
        (GATE + '[[waiver]]\nid = "x"\nguardrail = "a.b"\nreason = "y"\n' * 2, "two waivers of a.b for x"),
        (GATE + "[cost]\nmax_increase = -0.1\n", "cost.max_increase"),
        (GATE + "[cost]\n", "cost.max_increase"),
    ],
)
def test_a_wrong_key_or_value_is_named(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(ConfigurationError, match=r"gate\.toml: ") as raised:
        load(tmp_path, text)

    assert place in str(raised.value)


@pytest.mark.parametrize("content", [b"[gate", b"\xff\xfe", b"a = 1979-05-27T07:32:00Z\n[gate]\n"])
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "gate.toml"
    path.write_bytes(content)

    with pytest.raises(ConfigurationError, match=r"gate\.toml: "):
        load_gate(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nothing\.toml: can't be read"):
        load_gate(tmp_path / "nothing.toml")


def test_a_gate_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert load(tmp_path, f"\ufeff{GATE}").primaries
