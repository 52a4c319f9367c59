"""Taking in what is public: feeds, pages, Telegram exports, texts, coded rows; each item by itself.

For: whoever has found something and wants it kept, with hash and time, before it is gone.
Takes: bytes of a file or an address, what kind it is, and who published it where the item does not say so.
Gives: reports with their coded claims, sightings, and one problem for each item that could not be taken in.
Never: runs, opens or follows anything inside an item; a broken item never keeps the others out.
Start reading at: taken.py, then coded.py.
"""

from tocsin.watch.intake.coded import read_reports, read_sightings
from tocsin.watch.intake.taken import Reading, Taken

__all__ = ["Reading", "Taken", "read_reports", "read_sightings"]
