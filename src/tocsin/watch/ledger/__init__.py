"""What claims say together: incidents, how they travelled, two sides of each question, drift, and the law.

For: analysts who must say who claims what, who answers, what was changed on the way, and what the law says of it.
Takes: what holds in a store (reports, claims, links, decisions), and a pack of law.
Gives: incidents, chains, the ledger of claims, clashes, drifts, findings of law, suggested claims, histories.
Never: adds counts up, counts a copy or one state's voices twice, accuses by law that nobody verified, deletes.
Start reading at: incidents.py, then questions.py; whose word counts says likeness/claim_origins.py.
"""

from tocsin.watch.ledger.branches import Branch, branches, roots
from tocsin.watch.ledger.chain import Chain, Lag, Step, chain, seen_at
from tocsin.watch.ledger.clashes import Clash, clashes, side_clashes
from tocsin.watch.ledger.drift import Drift, Remark, drifts, remarks
from tocsin.watch.ledger.drift_text import text_drifts
from tocsin.watch.ledger.history import Change, History, history
from tocsin.watch.ledger.incidents import Amount, Incident, Maybe, incidents, maybe_same
from tocsin.watch.ledger.legal import Answer, LegalFinding, legal
from tocsin.watch.ledger.lines import Apart, Line, apart, formations, line_of, lines, of_state, official
from tocsin.watch.ledger.opposed import Camp, Opposed, opposed
from tocsin.watch.ledger.questions import NOT_FOUND, Question, Row, Side, ledger
from tocsin.watch.ledger.suggest import suggest_claims
from tocsin.watch.ledger.themes import Theme, theme_of, themes

__all__ = [
    "NOT_FOUND",
    "Amount",
    "Answer",
    "Apart",
    "Branch",
    "Camp",
    "Chain",
    "Change",
    "Clash",
    "Drift",
    "History",
    "Incident",
    "Lag",
    "LegalFinding",
    "Line",
    "Maybe",
    "Opposed",
    "Question",
    "Remark",
    "Row",
    "Side",
    "Step",
    "Theme",
    "apart",
    "branches",
    "chain",
    "clashes",
    "drifts",
    "formations",
    "history",
    "incidents",
    "ledger",
    "legal",
    "line_of",
    "lines",
    "maybe_same",
    "of_state",
    "official",
    "opposed",
    "remarks",
    "roots",
    "seen_at",
    "side_clashes",
    "suggest_claims",
    "text_drifts",
    "theme_of",
    "themes",
]
