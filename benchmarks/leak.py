"""Does a pseudo label leak? OOF against held-back scores: no pseudo labels, the pooled teacher, and lane by lane.

python -m benchmarks.leak --seeds 5
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.toy import Learner, Lesson, Predict, blind, forget_weights, toy_folds, toy_workspace, train_toy
from kit.competition.workspace import Workspace
from kit.evidence.metrics import METRICS
from kit.files import write_text
from kit.folds.frozen import freeze_folds
from kit.pseudo.lineage import Lineage
from kit.pseudo.make import make_round
from kit.pseudo.record import PseudoSettings, Teachers
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.runs.store import Run

Scores = dict[str, tuple[float, float, float]]
"""Arm -> OOF score, held-back score of a fold's model (mean over folds), held-back score of the folds' mean."""

N_LABELLED, N_UNLABELLED, NOISE, N_FOLDS = 400, 700, 0.1, 5
DEMO_TASK, DEMO_PEOPLE, DEMO_TEST, DEMO_FOLDS = "age", 90, 60, 3
DEMO_NOISE = 0.2
DEMO_LABELS = PseudoSettings(policy="soft", labels="hard", weight=1.0)  # type: ignore[call-arg]
"""Every test row with a hard label: what public pipelines do, and where a leak bites most."""
ARMS = ("none", "pooled", "lanes")


def main() -> None:
    """Print the tables as markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="seeds of the digits")
    parser.add_argument("--demo-seeds", type=int, default=5, help="seeds of the demo competition; 0 leaves it out")
    parser.add_argument("--epochs", type=int, default=16, help="of each fold of the demo")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    with threadpool_limits(1):
        _table("digits, 1-NN, accuracy", _digits(_nearest, arguments.seeds))
        _table("digits, MLP, accuracy", _digits(_perceptron, arguments.seeds))
    if arguments.demo_seeds:
        _table(f"demo competition, {DEMO_TASK}, macro F1", _demo(arguments.demo_seeds, arguments.epochs))
    _time_lineage()


def _table(title: str, worlds: Iterator[Scores]) -> None:
    started = time.perf_counter()
    found = list(worlds)
    print(f"\n{title}, {len(found)} seeds, {time.perf_counter() - started:.0f} s\n")
    print("| pseudo labels | OOF | test | OOF - test | mean of folds on test | gain over none |")
    print("|---|---|---|---|---|---|")
    for arm in ARMS:
        oof, single, joint = (np.array([scores[arm][i] for scores in found]) for i in range(3))
        gain = joint - np.array([scores["none"][2] for scores in found])
        cells = [f"{oof.mean():.3f}", f"{single.mean():.3f}", _with_error(oof - single), f"{joint.mean():.3f}"]
        print(f"| {arm} | {' | '.join(cells)} | {_with_error(gain) if arm != 'none' else ''} |", flush=True)


def _with_error(values: np.ndarray) -> str:
    return f"{values.mean():+.3f} ± {values.std(ddof=1) / np.sqrt(len(values)):.3f}"


def _digits(make_learner: Callable[[dict[str, np.ndarray], int], Learner], n: int) -> Iterator[Scores]:
    """400 labelled digits, 700 without labels and 697 held back; a tenth of all labels is wrong."""
    from sklearn.datasets import load_digits

    pixels, truth = load_digits(return_X_y=True)
    for seed in range(n):
        generator = np.random.default_rng(seed)
        order = generator.permutation(len(truth))
        noisy = np.where(generator.random(len(truth)) < NOISE, generator.integers(0, 10, len(truth)), truth)
        names = np.array([f"{row:04d}.png" for row in range(len(truth))], dtype=object)
        pictures = dict(zip(names, pixels, strict=True))
        labelled, rest = order[:N_LABELLED], order[N_LABELLED:]
        unlabelled, fresh = rest[:N_UNLABELLED], rest[N_UNLABELLED:]
        with tempfile.TemporaryDirectory() as folder:
            train = pd.DataFrame(
                {"image": names[labelled], "person": names[labelled], "y": [f"c{label}" for label in noisy[labelled]]}
            )
            workspace = toy_workspace(Path(folder), train, list(names[np.concatenate([unlabelled, fresh])]), 10)
            people = generator.permutation(names[labelled])
            workspace = toy_folds(workspace, {person: i % N_FOLDS for i, person in enumerate(people)})
            yield _play_digits(workspace, make_learner(pictures, seed), names[unlabelled], names[fresh], noisy[fresh])


def _play_digits(
    workspace: Workspace,
    learner: Learner,
    unlabelled: np.ndarray,
    fresh: np.ndarray,
    truth: np.ndarray,
) -> Scores:
    """The three arms on one world. The held-back rows get pseudo labels too, which no learner is shown."""
    allowed = set(unlabelled)

    def only_unlabelled(lesson: Lesson) -> tuple[Predict, bytes]:
        keep = np.array([i < lesson.n_real or image in allowed for i, image in enumerate(lesson.images)])
        return learner(
            Lesson(lesson.images[keep], lesson.targets[keep], lesson.weights[keep], lesson.n_real, lesson.start)
        )

    scores: Scores = {}
    base = train_toy(workspace, only_unlabelled)
    forget_weights(base)
    settings = PseudoSettings(policy="soft", labels="hard")  # type: ignore[call-arg]
    for arm in ARMS:
        run = base
        if arm != "none":
            teachers: Teachers = "pooled" if arm == "pooled" else "own_fold"
            make_round(workspace, 1, {"y": [base]}, settings, teachers, (), blind, Reporter())
            run = train_toy(workspace, only_unlabelled, round=1, teachers=teachers)
        right = workspace.train["y"].to_numpy()
        oof = (run.oof().aligned(workspace.train["image"]).probs["y"].argmax(axis=1) == right).mean()
        parts = [run.fold_test(fold).aligned(fresh).probs["y"] for fold in run.finished_folds]
        single = float(np.mean([(part.argmax(axis=1) == truth).mean() for part in parts]))
        scores[arm] = float(oof), single, float((np.mean(parts, axis=0).argmax(axis=1) == truth).mean())
    return scores


def _nearest(pictures: dict[str, np.ndarray], seed: int) -> Learner:
    def learn(lesson: Lesson) -> tuple[Predict, bytes]:
        from sklearn.neighbors import KNeighborsClassifier

        model = KNeighborsClassifier(1).fit(_stack(pictures, lesson.images), lesson.targets.argmax(axis=1))
        return lambda images: _all_classes(model, _stack(pictures, images)), b""

    return learn


def _perceptron(pictures: dict[str, np.ndarray], seed: int) -> Learner:
    def learn(lesson: Lesson) -> tuple[Predict, bytes]:
        from sklearn.neural_network import MLPClassifier

        model = MLPClassifier((64,), random_state=seed, max_iter=150, learning_rate_init=3e-3)
        model.fit(_stack(pictures, lesson.images), lesson.targets.argmax(axis=1))
        return lambda images: _all_classes(model, _stack(pictures, images)), b""

    return learn


def _stack(pictures: dict[str, np.ndarray], images: np.ndarray) -> np.ndarray:
    return np.stack([pictures[image] for image in images]) / 16


def _all_classes(model, pixels: np.ndarray) -> np.ndarray:  # type: ignore[no-untyped-def]
    probs = np.zeros((len(pixels), 10))
    probs[:, model.classes_] = model.predict_proba(pixels)
    return probs


def _demo(n: int, epochs: int) -> Iterator[Scores]:
    """Real runs of test_resnet on drawn people; the test set is the held-back one, and is what is pseudo-labelled."""
    from kit.learn.plan import plan_run
    from kit.learn.train import train_run
    from kit.presets.start import start_workspace

    for seed in range(n):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            demo = {"people": DEMO_PEOPLE, "test_people": DEMO_TEST, "seed": seed}
            workspace = start_workspace(root, "demo", root / "data", demo=demo, reporter=Reporter())
            text = f"model: test_resnet\npretrained: false\nsize: 48\naugment: []\nepochs: {epochs}\nbatch_size: 32\n"
            write_text(workspace.recipes_dir / "leak.yaml", text + f"seed: {seed}\noptimizer: {{lr: 0.004}}\n")
            _mislabel(workspace.data_dir / "train" / "train.csv", seed)
            freeze_folds(workspace.folds_path, workspace.train, DEMO_FOLDS, seed)
            workspace = Workspace(workspace.root)
            recipe = load_recipe("leak", workspace.recipes_dir, [])
            base = train_run(workspace, plan_run(workspace, [DEMO_TASK], "leak", recipe), None, Reporter())
            scores = {"none": _demo_scores(workspace, base)}
            for arm, teachers in (("pooled", "pooled"), ("lanes", "own_fold")):
                make_round(workspace, 1, {DEMO_TASK: [base]}, DEMO_LABELS, teachers, (), blind, Reporter())  # type: ignore[arg-type]
                record = plan_run(workspace, [DEMO_TASK], "leak", recipe, round=1, teachers=teachers)  # type: ignore[arg-type]
                scores[arm] = _demo_scores(workspace, train_run(workspace, record, None, Reporter()))
            yield scores


def _mislabel(table: Path, seed: int) -> None:
    """Give a share of the people the age of others, drawn at random: small data, and some of its labels wrong."""
    people = pd.read_csv(table, dtype=str)
    generator = np.random.default_rng([seed, 7])
    drawn = generator.permutation(len(people))[: round(DEMO_NOISE * len(people))]
    people.loc[drawn, "age"] = people["age"].to_numpy()[generator.permutation(len(people))[: len(drawn)]]
    write_text(table, people.to_csv(index=False))


def _demo_scores(workspace: Workspace, run: Run) -> tuple[float, float, float]:
    competition, train = workspace.competition, workspace.train
    answers = pd.read_csv(workspace.data_dir / str(competition.answers)).set_index(competition.submission.id)
    target = answers.loc[workspace.test["id"], "ans"].to_numpy()
    truth = competition.target_table[target][:, list(competition.tasks).index(DEMO_TASK)]
    metric, n_classes = METRICS["f1_macro"], competition.n_outputs(DEMO_TASK)
    parts = [run.fold_test(k).aligned(workspace.test["image"]).probs[DEMO_TASK] for k in run.finished_folds]
    oof = run.oof().aligned(train["image"]).probs[DEMO_TASK]
    single = float(np.mean([metric.score(truth, part.argmax(axis=1), n_classes) for part in parts]))
    joint = metric.score(truth, np.mean(parts, axis=0).argmax(axis=1), n_classes)
    return metric.score(train[DEMO_TASK].to_numpy(), oof.argmax(axis=1), n_classes), single, joint


def _time_lineage() -> None:
    """A chain of five rounds of three runs of five folds: 15 models a round, 90 in all, at the size of the masks."""
    n_train, n_test, n_classes = 18_900, 12_600, 3
    generator = np.random.default_rng(0)

    def learn(lesson: Lesson) -> tuple[Predict, bytes]:
        def predict(images: np.ndarray) -> np.ndarray:
            probs = generator.dirichlet(np.ones(n_classes), len(images))
            return probs

        return predict, b"toy"

    with tempfile.TemporaryDirectory() as folder:
        names = [f"{i:06d}.png" for i in range(n_train)]
        train = pd.DataFrame(
            {
                "image": names,
                "person": [f"p{i // 7}" for i in range(n_train)],
                "y": [f"c{i % 3}" for i in range(n_train)],
            }
        )
        workspace = toy_workspace(Path(folder), train, [f"t{i:06d}.png" for i in range(n_test)], n_classes)
        workspace = toy_folds(workspace, {f"p{i}": i % 5 for i in range(n_train // 7)})
        runs: list[Run] = []
        for number in range(6):
            if number:
                settings = PseudoSettings()  # type: ignore[call-arg]
                make_round(workspace, number, {"y": runs}, settings, "own_fold", (), blind, Reporter())
            runs = [train_toy(workspace, learn, round=number, seed=seed) for seed in range(3)]
            for run in runs:
                forget_weights(run)
        started = time.perf_counter()
        lineage = Lineage(workspace)
        clean = sum(lineage.verdict(run, fold).clean for run in runs for fold in run.finished_folds)
        seconds = time.perf_counter() - started
        print(f"\nlineage: {clean} of 15 models of round 5 proved clean by 90 models and 25 files, {seconds:.2f} s")


if __name__ == "__main__":
    main()
