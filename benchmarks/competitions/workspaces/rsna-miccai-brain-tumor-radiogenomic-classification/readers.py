import numpy as np
import pydicom


def middle(path):
    """The slice in the middle of each sequence, a channel each."""
    slices = [sorted((path / name).glob("*.dcm"), key=lambda file: int(file.stem[6:])) for name in SEQUENCES]
    return np.stack([pydicom.dcmread(some[len(some) // 2]).pixel_array for some in slices], axis=-1)


SEQUENCES = ("FLAIR", "T1w", "T1wCE", "T2w")
READERS = {"middle": middle}
