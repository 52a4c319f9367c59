"""Taking in what is public: feeds, pages, Telegram exports, texts, coded rows; each item by itself.

For: whoever has found something and wants it kept, with hash and time, before it is gone.
Takes: a file, a folder, an archive, an address or pasted words, and who published it where the item does not say so.
Gives: reports with their coded claims, sightings, and one problem for each item that could not be taken in.
Never: runs, opens, posts or follows anything inside an item; a broken item never keeps the others out.
Start reading at: taken.py, then take.py and into.py.
"""

from tocsin.watch.intake.addresses import clean_address
from tocsin.watch.intake.coded import read_reports, read_sightings
from tocsin.watch.intake.coded_csv import read_table
from tocsin.watch.intake.feeds import read_feed
from tocsin.watch.intake.fetch import Fetched, fetch
from tocsin.watch.intake.into import Summary, take_into
from tocsin.watch.intake.limits import Limits
from tocsin.watch.intake.pages import read_page
from tocsin.watch.intake.recognise import KINDS
from tocsin.watch.intake.sources import Pasted, bundled
from tocsin.watch.intake.take import take
from tocsin.watch.intake.taken import Reading, Taken
from tocsin.watch.intake.telegram import read_telegram
from tocsin.watch.intake.texts import read_plain

__all__ = [
    "KINDS",
    "Fetched",
    "Limits",
    "Pasted",
    "Reading",
    "Summary",
    "Taken",
    "bundled",
    "clean_address",
    "fetch",
    "read_feed",
    "read_page",
    "read_plain",
    "read_reports",
    "read_sightings",
    "read_table",
    "read_telegram",
    "take",
    "take_into",
]
