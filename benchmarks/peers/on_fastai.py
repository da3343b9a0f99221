"""fastai's Learner, its data loaders and its augmentation of whole batches, around timm's network.

Given: photos stretched to the size by `Resize` with Squish, `aug_transforms` with turns, zooms and lighting as those of
kit's `base` (no flip, no warp), `fit_one_cycle` with its own Adam, clipping, channels_last, macro F1 after each epoch.
"""

from __future__ import annotations

import pandas as pd
import torch
from fastai.callback.all import Callback, GradientClip
from fastai.data.all import CategoryBlock, Normalize
from fastai.learner import Learner
from fastai.losses import CrossEntropyLossFlat
from fastai.metrics import F1Score
from fastai.torch_core import set_seed
from fastai.vision.all import ImageDataLoaders, Resize, ResizeMethod, aug_transforms

from benchmarks.peers.job import hand_back, this_job, told_epoch
from benchmarks.peers.network import network


def main() -> None:
    folder, job = this_job()
    set_seed(job.seed)
    frame = pd.read_csv(job.photos)
    frame["held"] = frame["held"] == 1
    loaders = ImageDataLoaders.from_df(
        frame,
        path="/",
        fn_col="file",
        label_col="label",
        valid_col="held",
        y_block=CategoryBlock(vocab=list(range(job.n_classes))),
        item_tfms=Resize(job.size, method=ResizeMethod.Squish),
        batch_tfms=[
            *aug_transforms(
                do_flip=False,
                max_rotate=10,
                min_zoom=0.9,
                max_zoom=1.1,
                max_lighting=0.2,
                max_warp=0,
                p_affine=0.5,
                p_lighting=0.5,
            ),
            Normalize.from_stats(job.mean, job.deviation),
        ],
        bs=job.batch_size,
        val_bs=2 * job.batch_size,
        num_workers=job.workers,
    )

    class Told(Callback):
        def after_epoch(self) -> None:
            told_epoch(folder)

    told = Told()
    learner = Learner(
        loaders,
        network(job),
        loss_func=CrossEntropyLossFlat(),
        metrics=F1Score(average="macro"),
        wd=job.weight_decay,
        path=folder,
        cbs=[GradientClip(1.0), told],
    ).to_channelslast(use_amp=False)
    learner.fit_one_cycle(job.epochs, lr_max=job.lr)
    learner.remove_cb(told)  # predicting is an epoch to fastai
    probs, _ = learner.get_preds(dl=loaders.valid)
    hand_back(folder, torch.as_tensor(probs))


if __name__ == "__main__":
    main()
