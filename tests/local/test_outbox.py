"""The laptop's outbox: what is sent stays, in order, through restarts and lines that a crash cut off."""

from pathlib import Path

from consumers.letters import Letter
from consumers.mailing import Mail
from local.outbox import FILE, Outbox


def mail(subject: str = "Hello", order_id: str = "ord_a", html: str = "<p>hello</p>") -> Mail:
    return Mail(order_id, "ada@example.com", Letter(subject, "hello\u2028you", html))


def subjects(outbox: Outbox, order_id: str | None = None) -> list[tuple[int, str]]:
    return [(each.number, each.subject) for each in outbox.newest(9, order_id)]


def test_a_folder_without_mails_has_none(tmp_path: Path) -> None:
    assert Outbox(tmp_path).newest(9) == []
    assert Outbox(tmp_path).mail(1) is None


def test_mails_are_numbered_through_a_restart_and_listed_newest_first(tmp_path: Path) -> None:
    Outbox(tmp_path).send(mail("one"))
    second = Outbox(tmp_path)
    second.send(mail("two", "ord_b"))
    assert subjects(second) == [(2, "two"), (1, "one")]
    assert subjects(second, "ord_a") == [(1, "one")]


def test_a_mail_is_read_as_it_was_sent(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.send(mail())
    kept = outbox.mail(1)
    assert kept is not None
    assert (kept.to, kept.text, kept.html) == ("ada@example.com", "hello\u2028you", "<p>hello</p>")


def test_a_line_that_was_cut_off_takes_no_other_with_it(tmp_path: Path) -> None:
    Outbox(tmp_path).send(mail("one"))
    with (tmp_path / FILE).open("a") as file:
        file.write('{"number": 2, "at":')
    outbox = Outbox(tmp_path)
    outbox.send(mail("two"))
    assert subjects(outbox) == [(2, "two"), (1, "one")]


def test_a_full_file_is_put_aside_and_at_most_one_is_kept_so(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, largest=1)
    for subject in ("one", "two", "three"):
        outbox.send(mail(subject))
    assert subjects(outbox) == [(3, "three"), (2, "two")]
