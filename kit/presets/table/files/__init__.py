"""What lies in a data folder: its photos, its tables, and which columns of a table lead to photos."""
