"""Coverage-guided fuzzing (atheris, libFuzzer) of everything that reads documents: `make fuzz`.

`python -m tests.fuzz [seconds] [target ...]`: each target for so many seconds, 30 by default. What breaks one is kept
in var/fuzz/<target> and tried first the next time. Ends with 1 when something broke.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.backends import ROOT
from tests.fuzz.seeds import SEEDS, WORDS

TARGETS = ("reading", "attachments")
KEPT = ROOT / "var/fuzz"
_SECONDS = 30
_LONGEST_S = 5
_LARGEST_MB = 1000
"""The whole process with its instrumentation, not only the document."""

_LONGEST_INPUT = 65_536


def main() -> None:
    """The command."""
    words = sys.argv[1:]
    seconds = int(words.pop(0)) if words and words[0].isdigit() else _SECONDS
    unknown = sorted(set(words) - set(TARGETS))
    if unknown:
        raise SystemExit(f"fuzz: found {', '.join(unknown)}, expected some of {', '.join(TARGETS)}")
    broken = [target for target in words or TARGETS if not holds(target, seconds)]
    sys.stdout.write(f"broke: {', '.join(broken)}, see var/fuzz\n" if broken else "nothing broke\n")
    raise SystemExit(1 if broken else 0)


def holds(target: str, seconds: int) -> bool:
    """Fuzz one target; whether nothing broke it."""
    kept = KEPT / target
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for name, seed in SEEDS.items():
            (corpus / name).write_bytes(seed)
        dictionary = Path(folder) / "words"
        dictionary.write_text("".join(f'"{word}"\n' for word in WORDS), encoding="ascii")
        run = subprocess.run(
            [
                sys.executable, "-m", f"tests.fuzz.{target}", str(corpus), str(kept),
                f"-max_total_time={seconds}", f"-timeout={_LONGEST_S}", f"-rss_limit_mb={_LARGEST_MB}",
                f"-max_len={_LONGEST_INPUT}", f"-dict={dictionary}", f"-artifact_prefix={kept}/",
                "-print_final_stats=1", "-verbosity=0",
            ],
            cwd=ROOT,
            check=False,
        )  # fmt: skip
    return run.returncode == 0


if __name__ == "__main__":
    main()
