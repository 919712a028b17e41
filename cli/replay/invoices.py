"""Reads a file of invoice lines (.csv or .csv.gz) into frozen rows, exactly as written: nothing is cleaned here."""

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

COLUMNS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
GZIP_MAGIC = b"\x1f\x8b"
# ASCII digits and bounded lengths: what is longer is a broken export, not a quantity or a price.
QUANTITY = re.compile(r"-?[0-9]{1,9}")
PRICE = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
# Exports of the data set write the customer as a float: 17850.0.
CUSTOMER = re.compile(r"([0-9]{1,18})(\.0)?")


class InvoiceFileError(ValueError):
    """The file cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file. `line` is its line number there (the header is 1); the price is exact, in pounds."""

    line: int
    invoice: str
    sku: str
    description: str
    quantity: int
    price: Decimal
    customer: str | None
    country: str

    @property
    def amount(self) -> Decimal:
        """Quantity x price in pounds, exact, with the sign that the file gives it."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """The rows in file order, and a digest of the uncompressed text: the same lines under any name."""

    name: str
    digest: str
    rows: tuple[Row, ...]


def read_invoices(path: Path) -> InvoiceFile:
    """Read the whole file.

    Raises InvoiceFileError naming the file, and the column or line number that is wrong.
    """
    content = _content(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvoiceFileError(f"{path}, line {line}: not UTF-8 text. Save the file as UTF-8.") from error
    digest = hashlib.sha256(content).hexdigest()
    return InvoiceFile(path.name, digest, tuple(_rows(path, text)))


def _content(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if raw.startswith(GZIP_MAGIC) else raw
    except FileNotFoundError as error:
        raise InvoiceFileError(f"{path}: there is no such file.") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InvoiceFileError(f"{path}: damaged or cut short, it cannot be unpacked ({error}).") from error
    except OSError as error:
        raise InvoiceFileError(f"{path}: cannot be read ({error.strerror}).") from error


def _rows(path: Path, text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = next(reader, [])
        places = _places(path, header)
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                yield _row(line, cells, places, len(header))
            line = reader.line_num + 1
    except InvoiceFileError:
        raise
    except (csv.Error, ValueError) as error:
        raise InvoiceFileError(f"{path}, line {line}: {error}.") from error


def _places(path: Path, header: Sequence[str]) -> tuple[int, ...]:
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        what = "column" if len(missing) == 1 else "columns"
        raise InvoiceFileError(
            f"{path}: {what} {', '.join(missing)} missing. The first line must name {', '.join(COLUMNS)}."
        )
    return tuple(header.index(column) for column in COLUMNS)


def _row(line: int, cells: Sequence[str], places: Sequence[int], width: int) -> Row:
    if len(cells) != width:
        raise ValueError(f"{len(cells)} fields where the header has {width}")
    invoice, code, description, quantity, _, price, customer, country = (cells[place] for place in places)
    sku = code.strip().upper()
    if not sku:
        raise ValueError("StockCode is empty")
    if not QUANTITY.fullmatch(quantity):
        raise ValueError(f"Quantity {quantity[:40]!r} is not a whole number")
    if not PRICE.fullmatch(price):
        raise ValueError(f"UnitPrice {price[:40]!r} is not a decimal number")
    return Row(
        line=line,
        invoice=invoice,
        sku=sku,
        description=description.strip(),
        quantity=int(quantity),
        price=Decimal(price),
        customer=_customer(customer),
        country=country.strip(),
    )


def _customer(text: str) -> str | None:
    if not text.strip():
        return None
    match = CUSTOMER.fullmatch(text)
    if match is None:
        raise ValueError(f"CustomerID {text[:40]!r} is not a number")
    return match[1]
