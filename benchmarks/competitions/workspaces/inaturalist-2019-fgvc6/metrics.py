from kit import Metric


def first_wrong(truth, outputs):
    """How often the most probable class is another; of equal ones the first of the list counts."""
    return (outputs.argmax(axis=1) != truth).mean()


METRICS = [Metric.plain("first_wrong", first_wrong, higher_is_better=False, needs="ranks", score_range=(0, 1))]
