"""Every statement of the papers is there, and what it says of itself hangs together."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import networkx
import pytest

from exactland.errors import InputError, UsageError
from exactland.papers import PAPERS, STATEMENTS, statement, statements_of
from exactland.proof.statements import (
    STATUS_WORDS,
    Statement,
    dependency_graph,
    dependents,
    find_check,
)

# Every numbered statement, table and figure of the papers that the project speaks of.
IDS = """
NH17: Lem2.1 Thm3.1 Asm3.2 Lem3.3 Thm3.4 Lem3.5 Def3.6 Def3.7 Thm3.8 Cor3.9 Thm3.10 Lem4.1 Lem4.2
NH17: Lem4.3 Lem4.4 Cor4.5 Thm4.6 Def5.1 Asm5.2 Thm5.3
NH18: Def2.1 Def2.2 Def2.3 Asm2.4 Lem2.5 Asm3.1 Asm3.2 Lem3.3 Thm3.4 Thm3.5 Cor3.6 Asm4.1 Lem4.2
NH18: Lem4.3 Thm4.4 Thm4.5 LemA.1 LemD.1 LemH.1 LemH.2 LemH.3 Tab1 Tab2 Fig1
NMH19: DefNet DefValley Asm1 Lem2 Thm1.1 Thm1.2 Thm1.3 Thm1.4 Exp1 Exp2 Exp3
LDS18: Asm1 Def1 Def2 Thm1 Cor1 Prop1 Asm2 Thm2 Lem1 Lem2 Prop2 Lem3 Lem4 Lem5 Lem6 Prop3 Prop4
LDS18: Fig1
"""
EXPECTED = {
    f"{paper}:{name}"
    for paper, names in (line.split(": ") for line in IDS.split("\n") if line)
    for name in names.split()
}
# The errors that the audit of the papers numbers; each has a home in some statement.
AUDITED = {
    *(f"NH18:E{n}" for n in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11)),
    *(f"NH18:E8{letter}" for letter in "abcdefg"),
    *(f"LDS18:E{n}" for n in ("1", "2", "3", "4", "5", "5b", "6", "7", "9", "10a", "10b", "11")),
    *(f"LDS18:E{n}" for n in range(12, 21)),
    *(f"NH17:E{n}" for n in range(1, 13)),
    *(f"NMH19:E{n}" for n in range(1, 9)),
}
KINDS = {
    "Def": "definition", "Asm": "assumption", "Lem": "lemma", "Thm": "theorem", "Cor": "corollary",
    "Prop": "proposition", "Tab": "table", "Fig": "figure", "Exp": "experiment",
}  # fmt: skip
all_statements = pytest.mark.parametrize("shown", STATEMENTS, ids=lambda shown: shown.id)


def test_no_statement_is_missing_and_none_is_extra() -> None:
    assert Counter(shown.id for shown in STATEMENTS) == Counter(EXPECTED)
    assert len(EXPECTED) == 73


def test_statements_stand_in_the_order_of_the_papers() -> None:
    order = [paper.id for paper in PAPERS]
    assert [shown.paper for shown in STATEMENTS] == sorted(
        (shown.paper for shown in STATEMENTS), key=order.index
    )
    assert [len(statements_of(paper)) for paper in order] == [20, 24, 11, 18]


@all_statements
def test_texts_are_complete(shown: Statement) -> None:
    kind = re.match(r"[A-Z][a-z]+", shown.id.partition(":")[2])
    assert kind is not None
    assert shown.kind == KINDS[kind.group()]
    assert shown.status in STATUS_WORDS
    texts = [shown.title, shown.where, shown.conclusion, *shown.remarks]
    texts += [hypothesis.text for hypothesis in shown.hypotheses]
    texts += [erratum.text for erratum in shown.errata]
    texts += [] if shown.repaired is None else [shown.repaired]
    assert all(text == text.strip() and "  " not in text and text for text in texts)
    assert shown.conclusion.endswith(".")


@all_statements
def test_the_number_is_that_of_the_id(shown: Statement) -> None:
    name = shown.id.partition(":")[2]
    number = re.sub(r"^[A-Z][a-z]+", "", name)
    if any(map(str.isdigit, name)) and not name.startswith(("Exp", "Thm1.")):
        assert shown.number.split()[-1] == number


@all_statements
def test_hypotheses_have_names_and_checks(shown: Statement) -> None:
    names = [hypothesis.name for hypothesis in shown.hypotheses]
    assert all(name.isidentifier() for name in names)
    assert len(set(names)) == len(names)
    for hypothesis in shown.hypotheses:
        if hypothesis.check is None:
            assert hypothesis.why, f"{hypothesis.name}: nothing decides it, and no reason is given"
        else:
            assert callable(find_check(hypothesis.check))


@all_statements
def test_false_statements_have_a_counterexample_and_a_repair(shown: Statement) -> None:
    if shown.status in ("false", "vacuous"):
        assert any(erratum.counterexample for erratum in shown.errata)
    if shown.status == "false":
        assert shown.repaired is not None


@all_statements
def test_only_definitions_and_assumptions_claim_nothing(shown: Statement) -> None:
    assert (shown.status == "definition") == (shown.kind in ("definition", "assumption"))


def test_an_erratum_has_one_id_and_every_audited_one_a_home() -> None:
    by_id: dict[str, object] = {}
    for shown in STATEMENTS:
        for erratum in shown.errata:
            assert by_id.setdefault(erratum.id, erratum) == erratum
            assert erratum.id.partition(":")[0] == shown.paper
    assert set(by_id) >= AUDITED


def test_the_graph_is_acyclic_and_every_dependency_exists() -> None:
    graph = dependency_graph(STATEMENTS)
    assert networkx.is_directed_acyclic_graph(graph)
    assert set(graph) == EXPECTED
    assert graph.number_of_edges() == sum(len(shown.depends_on) for shown in STATEMENTS)
    edges = {(a, b) for b in EXPECTED for a in dependents(STATEMENTS, b)}
    assert edges == set(graph.edges)


def test_main_results_rest_on_what_their_proofs_use() -> None:
    graph = dependency_graph(STATEMENTS)
    assert "NH17:Lem4.3" in networkx.descendants(graph, "NH17:Cor3.9")
    assert {"NH18:LemD.1", "NH17:Lem4.2"} <= networkx.descendants(graph, "NH18:Lem4.2")
    assert "LDS18:Lem4" in networkx.descendants(graph, "LDS18:Cor1")
    assert "NMH19:Lem2" in networkx.descendants(graph, "NMH19:Thm1.3")


def test_statements_as_printed_that_the_audit_refutes_are_false() -> None:
    refuted = "NH17:Thm3.4 NH17:Lem3.5 NH17:Thm5.3 NH18:Thm4.4 NH18:Thm4.5 NMH19:Lem2 LDS18:Lem3"
    assert {statement(id).status for id in refuted.split()} == {"false"}
    assert statement("NH17:Cor3.9").status == "vacuous"
    assert {statement(id).status for id in ("NH18:Thm3.5", "LDS18:Thm1", "NH17:Thm3.8")} == {"true"}


def test_a_bad_graph_is_refused() -> None:
    a, b = statement("NH17:Def3.6"), statement("NH17:Def3.7")
    with pytest.raises(InputError, match="which is no statement"):
        dependency_graph([b])
    with pytest.raises(InputError, match="two statements"):
        dependency_graph([a, a])
    with pytest.raises(InputError, match="depends on itself"):
        dependency_graph([replace(a, depends_on=(b.id,)), b])


@pytest.mark.parametrize(
    "name",
    ["NH18:Thm3.4", "functions.facts.no_such_fact", "no_such_module.f", "facts", "", "errors"],
)
def test_a_check_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        find_check(name)


@pytest.mark.parametrize("id", ["", "NH18", "NH18:Thm9.9", "Thm3.4", "x" * 500, "NH18:Thm3.4\n;"])
def test_an_unknown_id_is_refused(id: str) -> None:
    with pytest.raises(UsageError) as refused:
        statement(id)
    assert len(str(refused.value)) < 250
    assert refused.value.exit_code == 64


def test_ids_are_found_in_any_case() -> None:
    assert statement(" nmh19:asm1 ").id == "NMH19:Asm1"
    with pytest.raises(UsageError, match="NH17, NH18, NMH19, LDS18"):
        statements_of("NH16")


def test_the_page_of_all_statements_is_up_to_date() -> None:
    from exactland.interface.statement_pages import reference

    page = Path(__file__).parents[2] / "docs" / "statements.md"
    assert page.read_text(encoding="utf-8") == reference(), (
        "write it anew: python -m exactland.interface.statement_pages > docs/statements.md"
    )
