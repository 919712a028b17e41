"""What a file says of its products."""

from replay_rows import row

from cli.replay.catalogue import Product, catalogue, stock_key
from cli.replay.rule import classify


def product(*rows):
    (only,) = catalogue(classify(rows))
    return only


def test_list_price_is_the_most_frequent():
    assert product(row(price="1"), row(price="1"), row(price="3")).pence == 100


def test_tie_goes_to_the_higher_price():
    assert product(row(price="2.10"), row(price="2.55")).pence == 255


def test_zero_is_never_the_list_price():
    assert product(row(price="0"), row(price="0"), row(price="0.85")).pence == 85


def test_product_that_is_never_charged_costs_nothing():
    free, _ = catalogue(classify([row(sku="1", price="0"), row(sku="2")]))
    assert free.pence == 0


def test_title_is_the_most_frequent_description():
    assert product(row(description="A"), row(description="B"), row(description="B")).title == "B"


def test_tie_of_titles_goes_to_the_first():
    assert product(row(description="B"), row(description="A")).title == "B"


def test_product_without_description_is_called_by_its_sku():
    assert product(row(description="")).title == "22423"


def test_received_are_the_units_of_lines_alone():
    credit = row("C1", quantity=-4)
    assert product(row(quantity=5), row(quantity=7), credit, row(quantity=-3)).received == 12


def test_catalogue_holds_only_what_is_sold():
    adjusted = row("536370", sku="ADJUSTED", quantity=-1)
    assert catalogue(classify([row(), adjusted])) == (Product("22423", "LANTERN", 255, 6),)


def test_stock_key_differs_by_file_and_by_sku():
    assert len({stock_key("a", "1"), stock_key("a", "2"), stock_key("b", "1")}) == 3


def test_stock_key_fits_the_apis_limit():
    assert len(stock_key("a", "1")) == 48
