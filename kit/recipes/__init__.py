"""How a run is to be made: the models of the YAML, the YAML files beside them, weights by name; no torch."""
