"""How a run is made: recipe, model, loss, the one training loop, the one inference pass."""
