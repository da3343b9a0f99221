"""Networks: any timm backbone with a head per task, and the one training loop."""
