"""Reading invoice files: values as written, and errors that say where."""

import gzip
from decimal import Decimal

import pytest

from cli.replay.invoices import InvoiceFileError, read_invoices

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
GOOD = "536365, 85123a ,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom"


def write(tmp_path, *lines, name="day.csv"):
    path = tmp_path / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def problem(path):
    with pytest.raises(InvoiceFileError) as caught:
        read_invoices(path)
    return str(caught.value)


def test_sku_is_trimmed_and_in_capitals(tmp_path):
    assert read_invoices(write(tmp_path, HEADER, GOOD)).rows[0].sku == "85123A"


def test_price_is_exact(tmp_path):
    assert read_invoices(write(tmp_path, HEADER, GOOD)).rows[0].amount == Decimal("15.30")


def test_customer_loses_the_exports_decimal(tmp_path):
    assert read_invoices(write(tmp_path, HEADER, GOOD)).rows[0].customer == "17850"


def test_no_customer_is_none(tmp_path):
    path = write(tmp_path, HEADER, GOOD.replace("17850.0", ""))
    assert read_invoices(path).rows[0].customer is None


def test_columns_may_stand_in_any_order_beside_others(tmp_path):
    header = "Country,CustomerID,UnitPrice,InvoiceDate,Quantity,Description,StockCode,InvoiceNo,Extra"
    path = write(tmp_path, header, "EIRE,1.0,0.42,2010-12-01 08:26:00,24,CARD,22423,536394,x")
    assert read_invoices(path).rows[0].invoice == "536394"


def test_quoted_field_may_hold_a_comma_and_a_line_break(tmp_path):
    odd = GOOD.replace("WHITE HANGING HEART", '"TRAY,\nBREAKFAST"')
    rows = read_invoices(write(tmp_path, HEADER, odd, GOOD)).rows
    assert [row.line for row in rows] == [2, 4]


def test_byte_order_mark_is_no_part_of_the_header(tmp_path):
    assert len(read_invoices(write(tmp_path, "\ufeff" + HEADER, GOOD)).rows) == 1


def test_blank_line_is_skipped_and_counted(tmp_path):
    assert read_invoices(write(tmp_path, HEADER, "", GOOD)).rows[0].line == 3


def test_digest_is_that_of_the_text_packed_or_not(tmp_path):
    plain = write(tmp_path, HEADER, GOOD)
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_invoices(packed).digest == read_invoices(plain).digest


def test_missing_file_is_named(tmp_path):
    assert problem(tmp_path / "gone.csv").endswith("gone.csv: there is no such file.")


def test_folder_is_refused(tmp_path):
    assert "cannot be read" in problem(tmp_path)


def test_missing_column_is_named(tmp_path):
    path = write(tmp_path, HEADER.replace("UnitPrice", "Price"), GOOD)
    assert "column UnitPrice missing" in problem(path)


def test_empty_file_misses_all_columns(tmp_path):
    assert "columns InvoiceNo, StockCode" in problem(write(tmp_path))


def test_file_cut_short_is_refused(tmp_path):
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(gzip.compress(f"{HEADER}\n{GOOD}\n".encode())[:-12])
    assert "cannot be unpacked" in problem(path)


def test_text_that_is_not_utf8_is_refused_with_its_line(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\n{GOOD} £\n".encode("latin-1"))
    assert "line 3: not UTF-8" in problem(path)


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        (",6,", ",6.5,", "Quantity '6.5' is not a whole number"),
        (",6,", ",,", "Quantity '' is not a whole number"),
        ("2.55", "NaN", "UnitPrice 'NaN' is not a decimal number"),
        ("2.55", "1e9", "UnitPrice '1e9' is not a decimal number"),
        ("17850.0", "bob", "CustomerID 'bob' is not a number"),
        (" 85123a ", " ", "StockCode is empty"),
        (",6,", ",6,7,", "9 fields where the header has 8"),
        ("WHITE", '"WHITE', "unexpected end of data"),
    ],
)
def test_bad_row_is_refused_with_its_line(tmp_path, good, bad, says):
    assert f"line 3: {says}" in problem(write(tmp_path, HEADER, GOOD, GOOD.replace(good, bad)))
