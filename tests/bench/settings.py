"""The product's settings, with one more address: the bare view that everything is compared with."""

from crowd.config.settings import *  # noqa: F403
from tests.bench import spending

ROOT_URLCONF = "tests.bench.urls"
spending.count()
