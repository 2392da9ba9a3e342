"""What others' programs make of our open data: `reading.py TRIPLES MANIFEST`, in their environment.

Prints task → label as crowd-kit aggregates the triples, and how many canvases the manifest has.
"""

import json
import sys

import iiif_prezi3
import pandas as pd
from crowdkit.aggregation import DawidSkene

triples, manifest = sys.argv[1:]
frame = pd.read_csv(triples)
assert list(frame.columns) == ["task", "worker", "label"]
labels = DawidSkene(n_iter=30).fit_predict(frame)
with open(manifest) as file:
    shown = iiif_prezi3.Manifest(**json.load(file))
print(json.dumps({"labels": {str(k): v for k, v in labels.items()}, "canvases": len(shown.items)}))
