"""The command line: click reads it, the commands live in modules that are loaded when they run.

Exit codes: 0 proved or accepted, 1 refuted or rejected, 2 undecided or declined, 64 bad usage, 65
bad input, 130 interrupted, 141 if the reader of the output has gone away.
"""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

import click

from exactland.checker.leaving import INTERRUPTED, ended
from exactland.errors import ExactlandError, LimitError
from exactland.interface.plain import too_large

USAGE, INTERNAL = 64, 70


class _ReaderGone(Exception):  # noqa: N818
    """The reader of the output has gone away: click would take that for a failure of its own."""


class _Commands(click.Group):
    """The commands, to whose output nobody may be listening any more."""

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        try:
            return super().make_context(*arguments, **options)
        except BrokenPipeError as gone:
            raise _ReaderGone from gone

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as gone:
            raise _ReaderGone from gone


class _Seed(click.IntRange):
    name = "seed"


_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_seed = click.option(
    "--seed", type=_Seed(0), default=0, show_default=True, help="Seed of primes and witnesses."
)
_random = click.option(
    "--random",
    "random_seed",
    type=_Seed(0),
    metavar="SEED",
    help="Use small random rational parameters, made from this seed.",
)
_layer = click.option("--layer", type=int, metavar="K", help="The layer, counted from 1.")
_ceiling = click.option(
    "--ceiling",
    type=click.IntRange(16, 65536),
    default=4096,
    show_default=True,
    metavar="BITS",
    help="Precision beyond which a matrix of balls is undecided.",
)
_of_a_matrix = click.option(
    "--matrix",
    metavar="FILE",
    help="Instead of a problem: a matrix of rationals (JSON rows, .csv, .txt, a problem's inputs).",
)
_force = click.option(
    "--force", is_flag=True, help="Replace an existing file of any kind (never the input)."
)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="exactland", message="exactland %(version)s")
def cli() -> None:
    """Exact answers about small neural networks, with certificates that anybody can check.

    Every question has three answers: proved (exit code 0), refuted (1), undecided (2).
    """


@cli.command()
@click.argument("problem")
@_random
@_json
def show(problem: str, random_seed: int | None, as_json: bool) -> None:
    """The network, its widths, U_k, the data, and which papers' assumptions hold."""
    from exactland.interface.show import show_problem

    show_problem(problem, random_seed, as_json)


@cli.command()
@click.argument("problem", required=False)
@_of_a_matrix
@_layer
@click.option(
    "--what",
    type=click.Choice(["features", "weights", "generic-features", "generic-weights"]),
    default="features",
    show_default=True,
    help="F_K or U_K, at the parameters or for almost all parameters.",
)
@_random
@_seed
@_ceiling
@click.option("--no-check", is_flag=True, help="Do not run the independent checker.")
@_json
def rank(
    problem: str | None,
    matrix: str | None,
    layer: int | None,
    what: str,
    random_seed: int | None,
    seed: int,
    ceiling: int,
    no_check: bool,
    as_json: bool,
) -> NoReturn:
    """Certified rank: is F_K or U_K of full rank? With --matrix: is the matrix of a file?"""
    from exactland.interface.answers import answer_rank
    from exactland.interface.asking import Asked

    asked = Asked(problem, matrix, layer, what, random_seed)
    sys.exit(answer_rank(asked, seed, ceiling, not no_check, as_json))


@cli.command()
@click.argument("problem", required=False)
@_of_a_matrix
@click.option(
    "--claim",
    required=True,
    metavar="CLAIM",
    help="full-rank, rank-deficient, generic-full-rank, generic-deficient, open-deficient, "
    "vanishing-identity, bad-local-minimum, an assumption by its id, such as NH18:Asm3.1, a "
    "statement with a proof script, such as NH18:Thm3.4, or a claim in words, such as "
    '"at given: rank F_1 = N".',
)
@_layer
@click.option(
    "--what",
    type=click.Choice(["features", "weights"]),
    default="features",
    show_default=True,
    help="The matrix of a rank claim: F_K or U_K.",
)
@click.option("--at", metavar="T", help='bad-local-minimum: the zero of sigma, such as "pi/4".')
@click.option("--order", metavar="N", help='bad-local-minimum: order of Assumption 2, or "all".')
@click.option(
    "--better",
    metavar="FILE",
    help="A statement about a minimum: a problem file with parameters where the loss may be less.",
)
@click.option(
    "-o", "--output", metavar="FILE", help="Where to write the certificate (-: standard output)."
)
@_force
@_random
@_seed
@_ceiling
@_json
def certify(
    problem: str | None,
    matrix: str | None,
    claim: str,
    layer: int | None,
    what: str,
    at: str | None,
    order: str | None,
    better: str | None,
    output: str | None,
    force: bool,
    random_seed: int | None,
    seed: int,
    ceiling: int,
    as_json: bool,
) -> NoReturn:
    """Write a certificate of a claim, or of its refutation, after checking it independently."""
    from exactland.interface.answers import answer_certify
    from exactland.interface.asking import Asked, Request

    asked = Asked(problem, matrix, layer, what, random_seed)
    request = Request(
        asked.file, claim, layer, what, at, order, random_seed, seed, ceiling, asked, better
    )
    sys.exit(answer_certify(request, output, force, as_json))


@cli.command()
@click.argument("certificates", nargs=-1, required=True, metavar="CERTIFICATE...")
@click.option("--explain", is_flag=True, help="Print definitions, steps and problem in full.")
@_json
def check(certificates: tuple[str, ...], explain: bool, as_json: bool) -> NoReturn:
    """Check certificates with the independent checker (standard library only); - is standard input.

    Of several the worst counts: one that is rejected (exit code 1), then a file that is no
    certificate (65), then one that is declined (2).
    """
    from exactland.interface.check import check_files

    sys.exit(check_files(certificates, as_json, explain))


@cli.command()
@click.argument("id", required=False)
@click.option("--paper", metavar="P", help="Only those of NH17, NH18, NMH19 or LDS18.")
@_json
def statements(id: str | None, paper: str | None, as_json: bool) -> None:
    """The papers' statements: all of them, or the page of one, such as NH18:Thm3.4."""
    from exactland.interface.statements import show_statements

    show_statements(id, paper, as_json)


@cli.command()
@click.argument("id", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["tree", "dot", "picture"]),
    default="tree",
    show_default=True,
    help="Text, the DOT language, or a picture (with matplotlib, and -o).",
)
@click.option(
    "-o", "--output", metavar="FILE", help="Where to write it: .png, .svg, .pdf for a picture."
)
@_force
@_json
def graph(id: str | None, form: str, output: str | None, force: bool, as_json: bool) -> None:
    """What the papers' statements depend on: all of them, or one, such as NH18:Thm4.5."""
    from exactland.interface.statements import show_graph

    show_graph(id, form, output, force, as_json)


@cli.command()
@click.argument("statement", required=False)
@click.argument("problem", required=False)
@_layer
def step(statement: str | None, problem: str | None, layer: int | None) -> NoReturn:
    """Read the proof of a statement step by step, on PROBLEM or on a built-in example.

    Commands are typed, or come from standard input; `help` lists them.
    """
    from exactland.interface.step import run_stepper

    sys.exit(run_stepper(statement, problem, layer))


def main() -> NoReturn:
    """Run the command line; errors become one line on standard error and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        _tolerate(stream)
    sys.exit(ended(_answered, "exactland: "))


def _answered() -> int:
    """The exit code of the command; only an output that cannot be written is left to the caller."""
    try:
        # https://no-color.org: any value but the empty one; None leaves it to the terminal.
        cli.main(standalone_mode=False, color=False if os.environ.get("NO_COLOR") else None)
    except SystemExit as stop:
        return int(stop.code or 0)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _failed("interrupted", INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        hint = f" (see {context.command_path} --help)" if context is not None else ""
        return _failed(error.format_message() + hint, USAGE)
    except ExactlandError as error:
        return _failed(str(error), error.exit_code)
    except (MemoryError, RecursionError) as error:
        return _failed(f"{too_large(error)}; try a smaller problem", LimitError.exit_code)
    except _ReaderGone as gone:
        raise BrokenPipeError from gone
    except OSError:
        raise
    except Exception as error:
        if os.environ.get("EXACTLAND_DEBUG"):
            raise
        return _failed(
            f"internal error, please report it: {type(error).__name__}: {error} "
            "(EXACTLAND_DEBUG=1 shows where)",
            INTERNAL,
        )
    return 0


def _tolerate(stream: Any) -> None:
    """Let a stream write what its encoding lacks as an escape, such as \\u221e, and not fail."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _failed(message: str, code: int) -> int:
    click.echo(f"exactland: {message}", err=True)
    return code
