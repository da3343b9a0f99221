"""The live page of `kit watch`: what training is at, by the files that it writes anyway, and reviews by click."""
