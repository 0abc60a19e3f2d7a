"""The one thing that setup.cfg cannot say: the cities of data/ travel in the wheel, as gridplan/data."""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["gridplan*"]), "gridplan.data"], package_dir={"gridplan.data": "data"})
