import io
import re
from functools import cache

import numpy as np
from PIL import Image


@cache
def products(path):
    """{id: (category, [bytes of a JPEG])} of a file of BSON: a document is its length, then its fields."""
    data, start, found = path.read_bytes(), 0, {}
    while start < len(data):
        part = data[start : (start := start + int.from_bytes(data[start : start + 4], "little"))]
        head = re.match(rb"....\x10_id\0(....)(?:\x10category_id\0(....))?", part, re.S)
        number, category = (int.from_bytes(field or b"", "little") for field in head.groups())
        pictures = re.finditer(rb"\x05picture\0(....)\0", part, re.S)
        found[str(number)] = category, [part[m.end() :][: int.from_bytes(m[1], "little")] for m in pictures]
    return found


def picture(path):
    return np.asarray(Image.open(io.BytesIO(products(path.parents[1])[path.parent.name][1][int(path.name)])))


READERS = {"picture": picture}
