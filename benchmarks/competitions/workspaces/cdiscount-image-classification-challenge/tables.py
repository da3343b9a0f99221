"""Writes the tables of the products' photos beside the data: python tables.py"""

from pathlib import Path

from readers import products

for side in ("train", "test"):
    lines = ["_id,picture,category_id\n"]
    for number, (category, pictures) in products(Path(f"data/{side}.bson")).items():
        lines += [f"{number},{place},{category}\n" for place in range(len(pictures))]
    Path(f"data/{side}.csv").write_text("".join(lines))
