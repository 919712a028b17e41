"""Cuts of the sample day, by document."""

import csv
import gzip

from cli.sample import SAMPLE_DAY

CREDITED, CREDIT, CREDIT_OF_NOTHING, GUEST, LARGE = "536488", "C536506", "C536379", "536555", "536544"
BEYOND_ONE = 91


def cut(path, *documents):
    """Write these documents of the sample day; of the large one just more products than one transaction takes."""
    with gzip.open(SAMPLE_DAY, "rt", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    few = list(dict.fromkeys(row[1] for row in rows if row[0] == LARGE))[:BEYOND_ONE]
    chosen = (row for row in rows if row[0] in documents and (row[0] != LARGE or row[1] in few))
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *chosen])
    return path
