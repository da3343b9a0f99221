from functools import cache

import numpy as np
import pandas as pd


@cache
def photos(folder, name):
    """Each photo's pixels by its id, of all four files of a side."""
    tables = [pd.read_parquet(path) for path in sorted(folder.glob(f"{name}_[0-9].parquet"))]
    return pd.concat(tables).set_index("image_id")


def grapheme(path):
    row = photos(path.parent.parent, path.parent.name).loc[path.name].to_numpy(np.uint8)
    return row.reshape(12, 16)  # of the real ones 137, 236


READERS = {"grapheme": grapheme}
