"""How fast kit is on one machine: each part measures side by side, and writes its table into docs/performance.md."""
