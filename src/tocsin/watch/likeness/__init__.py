"""Same thing or not: copies, parts and retellings, and whose word a claim goes back to.

For: whoever must not count one story twice.
Takes: reports with their coded claims, in a store or in a list; the sentence model where it is installed.
Gives: typed links, suggested or confirmed by two thresholds; groups; origins of reports and of claims, with reasons.
Never: lets the order of intake, or other reports in the store, change a score; merges short texts; deletes.
Start reading at: compare.py, then links.py and origins.py.
"""

from tocsin.watch.likeness.claim_origins import Origins, claim_origins, count_origins, origin_of
from tocsin.watch.likeness.clusters import clusters
from tocsin.watch.likeness.compare import FLOOR, Shape, Verdict, judge, like
from tocsin.watch.likeness.links import relate, relate_all
from tocsin.watch.likeness.origins import Belonging, Origin, origins
from tocsin.watch.likeness.sentences import Sentences, model_of, open_model

__all__ = [
    "FLOOR",
    "Belonging",
    "Origin",
    "Origins",
    "Sentences",
    "Shape",
    "Verdict",
    "claim_origins",
    "clusters",
    "count_origins",
    "judge",
    "like",
    "model_of",
    "open_model",
    "origin_of",
    "origins",
    "relate",
    "relate_all",
]
