"""The form of what is sent: a column of classes, a column of one class's probability, or a column for each class."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import model_validator

from kit.errors import KitError, nearest
from kit.evidence.metrics import Metric
from kit.schema import Frozen


class SubmissionFormat(Frozen):
    """What the host wants to be sent."""

    sample: str | None = None
    """The host's sample submission, a path in the data folder: the file to send has its ids, order and columns. Without
    it the rows are those of the test side, and the columns are `id` and `label`.
    """
    id: str
    """The column that names a test photo; without a test table it is the file's name or stem, as the sample has it."""
    label: str | None = None
    """The column of the predicted class, or of its probability where `probability_of` says so; without it the sample
    has one probability column per class.
    """
    probability_of: str | None = None
    """The class, one of two, whose probability the column `label` holds; without it that column holds classes."""
    values: tuple[str, ...] | None = None
    """What is written for each target class, or the names of the probability columns; without it the class names of a
    single task, and the numbers 0, 1, 2 ... of a joined target. With `probability_of` only held-back answers have them.
    """

    @model_validator(mode="before")
    @classmethod
    def _values_are_text(cls, content: object) -> object:
        if not isinstance(content, dict):
            return content
        content = dict(content)
        if isinstance(content.get("values"), list):
            content["values"] = [str(value) for value in content["values"]]
        if content.get("probability_of") is not None:
            content["probability_of"] = str(content["probability_of"])
        return content

    @property
    def one_column(self) -> str | None:
        """The one column of answers; None where each class has a column of its probabilities."""
        return self.label or ("label" if self.sample is None else None)

    def check_classes(self, classes: Sequence[str]) -> None:
        """ValueError where the form is not one of these target classes."""
        if self.values is not None and len(self.values) != len(classes):
            raise ValueError(f"'submission.values' has {len(self.values)} entries for {len(classes)} classes")
        if self.values is not None and len(set(self.values)) != len(self.values):
            raise ValueError(f"'submission.values' {list(self.values)} write two classes alike")
        if self.probability_of is None:
            return
        if self.probability_of not in classes:
            raise ValueError(
                f"'submission.probability_of' names the class '{self.probability_of}', "
                f"{nearest(self.probability_of, classes)}"
            )
        if self.one_column is None:
            raise ValueError("'submission.probability_of' needs 'submission.label', the column of that probability")
        if len(classes) != 2:
            raise ValueError(
                f"'submission.probability_of' is of one class of two, and there are {len(classes)}: join the others "
                f"with the task's 'values', such as {{{self.probability_of}: {self.probability_of}, \"*\": other}}"
            )

    def check_metric(self, metric: Metric, classes: Sequence[str], where: object) -> None:
        """KitError where the host's metric scores something else than this form writes, with the line to write."""
        column = self.one_column
        if metric.decides and self.probability_of is not None:
            raise KitError(
                f"'metric': {metric.name} scores classes, and 'submission.probability_of' writes a probability",
                where=where,
                todo="take 'probability_of' out, or write the host's metric, such as 'metric: roc_auc'",
            )
        if metric.decides or column is None or self.probability_of is not None:
            return
        per_class = (
            "take 'submission.label' out, if the sample has a column of probabilities for each class"
            if self.sample is not None
            else "name the host's file with 'submission.sample', if it has a column of probabilities for each class"
        )
        one = f"write 'probability_of: {classes[-1]}' under 'submission', if '{column}' holds that class's probability"
        raise KitError(
            f"'metric': {metric.name} scores probabilities, and the one column '{column}' would hold classes",
            where=where,
            todo=f"{one}, or {per_class}" if len(classes) == 2 else per_class,
        )
