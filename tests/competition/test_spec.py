"""competition.yaml says exactly what is predicted, and a slip in it is told by file, key and nearest right name."""

import itertools

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from shared.mini import SPEC

from kit.competition.spec import Competition, read_competition
from kit.competition.workspace import find_root
from kit.errors import KitError
from kit.schema import MOST_DEPTH, parse_yaml

GENDER = {"tasks__mask": None, "tasks__age": None, "target": None}
MASK = {"tasks__gender": None, "tasks__age": None, "target": None}


def spec(**changes):
    content = yaml.safe_load(SPEC)
    for keys, value in changes.items():
        place = content
        *path, last = keys.split("__")
        for key in path:
            place = place[key]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return content


def refused(tmp_path, text) -> str:
    path = tmp_path / "competition.yaml"
    path.write_text(text if isinstance(text, str) else yaml.safe_dump(text, sort_keys=False))
    with pytest.raises(KitError) as caught:
        read_competition(path)
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith(str(path)), "every message names the file"
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"metrik": "f1_macro", "metric": None}, ["'metrik'", "did you mean 'metric'"]),
        ({"train__grup": "id"}, ["'train.grup'", "did you mean 'group'"]),
        ({"tasks__age__edge": [1]}, ["'tasks.age.edge'", "did you mean 'edges'"]),
        ({"submission__sampel": "x.csv"}, ["'submission.sampel'", "did you mean 'sample'"]),
        ({"train": None}, ["'train'", "missing"]),
        ({"metric": "f1_makro"}, ["'metric'", "f1_macro"]),
        ({"tasks__age__edges": [60, 30]}, ["'edges' must rise", "tasks.age"]),
        ({"tasks__age__edges": [30]}, ["1 edges make 2 classes, not 3", "tasks.age"]),
        ({"tasks__gender__classes": ["male", "male"]}, ["repeat a name", "tasks.gender"]),
        ({"tasks__mask__values": {"normal": "nome"}}, ["'nome'", "did you mean 'none'", "tasks.mask"]),
        ({"tasks__age__values": {"1": "<30"}}, ["'values' or 'edges', not both"]),
        ({"target": {"mask": 6, "gender": 3}}, ["'target' leaves out the task 'age'"]),
        ({"target": {"mask": 6, "gender": 3, "agee": 1}}, ["'agee'", "did you mean 'age'"]),
        ({"target": {"mask": 5, "gender": 3, "age": 1}}, ["'target' must give every class", "class 16 is not reached"]),
        ({"target": {"mask": 6, "gender": 6, "age": 1}}, ["class 3 is not reached"]),
        ({"target": None}, ["'target' must say how they join"]),
        ({"finals": {"public_share": 1.5}}, ["'finals.public_share'", "1.5"]),
        ({"submission__values": ["a", "b"]}, ["'submission.values' has 2 entries for 18 classes"]),
        ({**GENDER, "submission__values": ["a"]}, ["'submission.values' has 1 entries for 2 classes"]),
        ({**GENDER, "submission__values": ["a", "b", "c"]}, ["'submission.values' has 3 entries for 2 classes"]),
        ({**GENDER, "submission__values": "a"}, ["'submission.values' is wrong: Input should be a list (it is 'a')"]),
        ({**GENDER, "submission__values": [["a"], "b"]}, ["'submission.values.0' is wrong: "]),
        ({**GENDER, "submission__values": ["a", "a"]}, ["'submission.values' ['a', 'a'] write two classes alike"]),
        (
            {**GENDER, "metric": "roc_auc"},
            [
                "roc_auc scores probabilities",
                "one column 'ans'",
                "write 'probability_of: female' under 'submission'",
            ],
        ),
        ({"metric": "log_loss"}, ["log_loss scores probabilities", "take 'submission.label' out"]),
        (
            {**GENDER, "metric": "log_loss", "submission": {"id": "ImageID"}},
            ["'label' would hold classes", "submission.sample"],
        ),
        ({**GENDER, "submission__probability_of": "female"}, ["f1_macro scores classes", "take 'probability_of' out"]),
        (
            {**GENDER, "metric": "roc_auc", "submission__probability_of": "femal"},
            ["'femal'", "did you mean 'female'"],
        ),
        (
            {**GENDER, "metric": "roc_auc", "submission": {"sample": "a", "id": "b", "probability_of": "male"}},
            ["needs 'submission.label'"],
        ),
        (
            {**MASK, "metric": "roc_auc", "submission__probability_of": "worn"},
            ["one class of two, and there are 3", '{worn: worn, "*": other}'],
        ),
    ],
)
def test_a_slip_is_told_by_its_key(tmp_path, changes, told):
    message = refused(tmp_path, spec(**changes))
    for part in told:
        assert part in message


def test_a_task_cannot_take_the_name_of_a_column_of_kit(tmp_path):
    content = spec(tasks={"fold": {"classes": ["a", "b"], "column": "x"}}, target=None)
    assert "'fold'" in refused(tmp_path, content)


def test_what_is_no_yaml_is_told_with_its_line(tmp_path):
    assert "line 2" in refused(tmp_path, "name: mini\ntasks: [a, b\n")


def test_a_list_is_no_competition(tmp_path):
    assert "mapping" in refused(tmp_path, "- a\n- b\n")


def test_the_mask_classes_are_those_of_the_competition():
    competition = Competition.model_validate(spec())
    assert len(competition.target_classes) == 18
    assert competition.target_classes[0] == "worn male <30"
    assert competition.target_classes[10] == "incorrect female 30-59"
    assert competition.target_classes[17] == "none female >=60"
    assert competition.submitted_values == tuple(map(str, range(18)))
    assert competition.task_names == ("mask", "gender", "age", "target")


@given(st.lists(st.integers(2, 5), min_size=1, max_size=4), st.randoms())
def test_any_mixed_radix_covers_its_classes_and_only_such_weights_do(sizes, random):
    names = [f"t{i}" for i in range(len(sizes))]
    order = random.sample(names, len(names))
    weights, weight = {}, 1
    for name in order:
        weights[name] = weight
        weight *= sizes[names.index(name)]
    tasks = {
        name: {"classes": [f"{name}{c}" for c in range(n)], "column": name}
        for name, n in zip(names, sizes, strict=True)
    }
    content = spec(tasks=tasks, target=weights)
    competition = Competition.model_validate(content)
    codes = {
        sum(weights[n] * c for n, c in zip(names, row, strict=True)): row for row in competition.target_table.tolist()
    }
    assert [codes[code] for code in range(weight)] == competition.target_table.tolist()
    assert {tuple(row) for row in competition.target_table.tolist()} == set(itertools.product(*map(range, sizes)))
    broken = {**weights, order[-1]: weights[order[-1]] + 1}
    with pytest.raises(ValueError, match="not reached"):
        Competition.model_validate({**content, "target": broken})


def test_one_task_needs_no_target_and_submits_its_names():
    competition = Competition.model_validate(spec(tasks={"kind": {"classes": [3, 7], "column": "kind"}}, target=None))
    assert competition.submitted_values == ("3", "7")
    assert np.array_equal(competition.target_table, [[0], [1]])
    assert competition.task_names == ("kind",)


def test_a_column_of_one_class_s_probability_may_be_of_either_of_two():
    for number in (0, 1):
        tasks = {"kind": {"classes": [0, 1], "column": "kind"}}
        form = {"id": "id", "label": "kind", "probability_of": number}
        content = spec(tasks=tasks, target=None, metric="log_loss", submission=form)
        assert Competition.model_validate(content).submission.probability_of == str(number)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[no, yes]", ("no", "yes")),
        ("[off, on]", ("off", "on")),
        ("[01, 1_0]", ("01", "1_0")),
        ("[1:30, 2021-01-02]", ("1:30", "2021-01-02")),
        ("[0x1F, 1.0]", ("0x1F", "1.0")),
        ("[' a', 'b ']", ("a", "b")),
    ],
)
def test_words_and_codes_that_are_not_quoted_are_what_stands_there(tmp_path, written, read):
    path = tmp_path / "competition.yaml"
    content = yaml.safe_dump(spec(**GENDER), sort_keys=False).replace("label: ans", f"label: ans\n  values: {written}")
    path.write_text(content)
    assert read_competition(path).submission.values == read
    path.write_text(content.replace("- male", "- no").replace("- female", "- yes").replace(f"values: {written}", ""))
    assert read_competition(path).tasks["gender"].outputs == ("no", "yes")


@pytest.mark.parametrize("key", ["on", '"on"', "true"])
def test_the_column_of_a_join_is_said_with_and_without_quotes(tmp_path, key):
    path = tmp_path / "competition.yaml"
    join = f"group: id\n  join: [{{table: more.csv, {key}: id}}]"
    path.write_text(yaml.safe_dump(spec(), sort_keys=False).replace("group: id", join))
    assert read_competition(path).train.join[0].on == {"id": "id"}


def test_one_column_of_a_class_s_probability_is_written_as_the_refusal_says(tmp_path):
    changes = {**GENDER, "metric": "roc_auc", "tasks__gender__classes": ["no", "yes"]}
    told = refused(tmp_path, spec(**changes))
    line = told.partition("write '")[2].partition("'")[0]
    assert line == "probability_of: yes"
    text = yaml.safe_dump(spec(**changes), sort_keys=False).replace("label: ans", f"label: ans\n  {line}")
    (tmp_path / "competition.yaml").write_text(text)
    assert read_competition(tmp_path / "competition.yaml").submission.probability_of == "yes"


@pytest.mark.parametrize("way", ["{}", "data: {}", "- {}\n", "{{a: {}}}"])
def test_brackets_are_read_as_deep_as_a_file_may_nest_and_no_deeper(way):
    depths = [depth for depth in range(1, 60) if _is_read(way.format("[" * depth + "]" * depth))]
    assert depths == list(range(1, MOST_DEPTH + 2 - (way != "{}")))
    with pytest.raises(KitError, match="nested too deep"):
        parse_yaml(way.format("[{a: " * 500_000), "competition.yaml")


def _is_read(text):
    try:
        return parse_yaml(text, "competition.yaml") is not None
    except KitError as error:
        assert "nested too deep" in str(error)
        return False


def test_an_unknown_task_is_told_with_the_nearest():
    with pytest.raises(KitError, match="did you mean 'gender'"):
        Competition.model_validate(spec()).outputs("gendr")


def test_a_workspace_is_found_from_a_folder_inside(tmp_path):
    (tmp_path / "competition.yaml").write_text(SPEC)
    inside = tmp_path / "runs" / "x"
    inside.mkdir(parents=True)
    assert find_root(inside) == tmp_path.resolve()


def test_no_workspace_is_told_with_the_way_to_start(tmp_path):
    with pytest.raises(KitError, match="kit init"):
        find_root(tmp_path)
