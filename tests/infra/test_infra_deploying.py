"""Deploying and destroying by a command: what is refused, in which order things happen, what is kept."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fake_account import NUMBER, Account, acting, in_account, refusal

from infra import deploy as command
from infra.bytecode import Compiler
from infra.deploying import commands, outputs
from infra.deploying.asking import Asked, RefusedError, placed
from infra.deploying.identity import check_account
from infra.deploying.refusing import refusals, warnings
from infra.packages import Package
from infra.stages import DEV, PROD

COMPILED = Package(Path("package"), Compiler(Path("python3.13"), "3.13.9"))
PLAIN = Package(Path("package"), None)
STAGE = in_account(DEV)
WRITTEN = {
    "orderbell-dev-Data": {"StaffPoolId": "eu-west-1_staff", "ExportsOutputRefStaff1": "eu-west-1_staff"},
    "orderbell-dev-Service": {"GraphqlUrl": "https://a.example/graphql", "SpringApiKey": "da2-spring"},
}


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Outputs are kept in a folder of the test's own."""
    path = tmp_path / "outputs-dev.json"
    monkeypatch.setattr(outputs, "path_of", lambda stage: path)
    return path


def deployed(words: Sequence[str]) -> int:
    """CDK's command line, which writes outputs where it is told to."""
    if "--outputs-file" in words:
        Path(words[words.index("--outputs-file") + 1]).write_text(json.dumps(WRITTEN))
    return 0


def failing(words: Sequence[str]) -> int:
    return 1


def running(versions: list[str], **alias: object) -> Account:
    """An account with one deployed function, whose alias `live` is as given."""
    return Account(
        resources={"orderbell-dev-Service": [("AWS::Lambda::Function", "write"), ("AWS::IAM::Role", "role")]},
        versions={"write": versions},
        aliases={"write": [{"Name": "live", **alias}]},
    )


def steps(account: Account) -> list[str]:
    """What was done but said."""
    return [each for each in account.done if not each.startswith("say ")]


def said(account: Account) -> str:
    return "\n".join(each.removeprefix("say ") for each in account.done if each.startswith("say "))


ASKED = Asked("deploy", "dev", NUMBER, "eu-west-1", "a@example.com, b@example.com")


def test_a_stage_is_placed_where_it_is_asked_for() -> None:
    stage = placed(ASKED)

    assert (stage.name, stage.account, stage.region) == ("dev", NUMBER, "eu-west-1")
    assert stage.operators == ("a@example.com", "b@example.com")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"stage": ""}, "Which stage?"),
        ({"stage": "test"}, "No such stage: 'test'. There are dev and prod."),
        ({"account": ""}, "Which account?"),
        ({"account": "1234"}, "No such account: '1234'. It has 12 digits."),
        ({"region": ""}, "Which region?"),
        ({"region": "eu-west-9"}, "No such region: 'eu-west-9'"),
        ({"operators": "a@example.com,b"}, "No mailbox: 'b'"),
        ({"mail_from": "Shop <a@example.com>"}, "No address to send from"),
    ],
)
def test_what_is_missing_or_cannot_be_is_refused_with_what_to_type(
    changed: dict[str, str], words: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        placed(replace(ASKED, **changed))

    assert words in str(refused.value)
    assert "Type" in str(refused.value)


def test_what_make_passes_for_nothing_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["deploy", "--stage=dev", "--account=", "--region=", "--operators="]) == 2
    assert "make deploy STAGE=dev ACCOUNT=123456789012 REGION=eu-west-1" in capsys.readouterr().err


def test_an_api_key_that_ends_soon_refuses() -> None:
    assert any("API key Spring ends" in each for each in refusals(STAGE, date(2027, 5, 20)))


def test_a_stage_that_keeps_data_needs_somebody_to_be_told() -> None:
    assert list(refusals(in_account(PROD), date(2026, 12, 1))) == []
    alone = replace(in_account(PROD), operators=())
    assert ["no operators" in each for each in refusals(alone, date(2026, 12, 1))] == [True]


def test_a_stage_needs_an_address_that_customers_are_written_to_from() -> None:
    assert placed(replace(ASKED, mail_from="shop@example.com")).mail_from == "shop@example.com"
    nobody = replace(in_account(DEV), mail_from=placed(ASKED).mail_from)
    assert ["MAIL_FROM" in each for each in refusals(nobody, date(2026, 12, 1))] == [True]


def test_a_stage_of_developers_without_mailboxes_is_warned_of() -> None:
    assert list(warnings(STAGE)) == []
    assert any("unsubscribed" in each for each in warnings(replace(STAGE, operators=())))


@pytest.mark.parametrize("run", [commands.deploy, commands.diff])
def test_nothing_runs_where_the_stage_is_refused(run: commands.Command) -> None:
    account = Account()
    keyless = replace(STAGE, api_keys=(replace(DEV.api_keys[0], expires=date(2026, 12, 2)),))

    with pytest.raises(RefusedError, match="API key"):
        run(acting(account, COMPILED, cdk=failing), keyless, yes=True)

    assert account.done == []


@pytest.mark.parametrize("run", [commands.deploy, commands.diff])
def test_a_package_without_bytecode_is_refused_before_templates(run: commands.Command) -> None:
    account = Account()

    with pytest.raises(RefusedError, match=r"no Python 3\.13"):
        run(acting(account, PLAIN, cdk=failing), STAGE, yes=True)

    assert account.done == ["ready", "identity", "build"]


@pytest.mark.parametrize("run", commands.COMMANDS.values())
def test_credentials_of_another_account_are_refused_before_anything(run: commands.Command) -> None:
    account = Account(number="999999999999")

    with pytest.raises(RefusedError, match=r"of account 999999999999 .* not of 123456789012"):
        run(acting(account, COMPILED, cdk=failing, answer="dev"), STAGE, yes=True)

    assert account.done == ["ready", "identity"]


def test_credentials_that_aws_does_not_take_are_refused() -> None:
    class Expired:
        def get_caller_identity(self) -> None:
            raise refusal("ExpiredToken")

    with pytest.raises(RefusedError, match="ExpiredToken"):
        check_account(lambda service: Expired(), NUMBER, "deploy")


def test_an_account_that_cdk_never_prepared_is_refused_with_the_command_that_does() -> None:
    account = Account(bootstrapped=False)

    with pytest.raises(RefusedError, match=f"make bootstrap STAGE=dev ACCOUNT={NUMBER} REGION=eu-west-1"):
        commands.deploy(acting(account, COMPILED, cdk=failing), STAGE, yes=True)

    assert account.done == ["ready", "identity"]


def test_a_deployment_goes_in_order_and_tidies_up_last(kept: Path) -> None:
    account = running(["$LATEST", "1", "2", "3"], FunctionVersion="2")

    def release(words: Sequence[str]) -> int:
        account.aliases["write"] = [{"Name": "live", "FunctionVersion": "3"}]
        return deployed(words)

    assert commands.deploy(acting(account, COMPILED, cdk=release), STAGE, yes=False) == 0

    *before, cdk, deleted = steps(account)
    assert before == ["ready", "identity", "build", "write dev"]
    assert cdk.startswith(
        "cdk deploy orderbell-dev/** --no-notices --require-approval broadening --outputs-file "
    )
    assert deleted == "delete write:1"


def test_yes_approves_what_broadens_rights() -> None:
    account = running(["1"], FunctionVersion="1")

    commands.deploy(acting(account, COMPILED, cdk=deployed), STAGE, yes=True)

    assert any("--require-approval never" in each for each in steps(account))


def test_a_deployment_that_fails_deletes_no_version_and_keeps_earlier_outputs(kept: Path) -> None:
    kept.write_text("earlier")
    account = running(["1", "2", "3"], FunctionVersion="3")

    assert commands.deploy(acting(account, COMPILED, cdk=failing), STAGE, yes=True) == 1

    assert steps(account)[-1].startswith("cdk deploy")
    assert kept.read_text() == "earlier"


def test_outputs_are_kept_for_their_owner_and_keys_are_not_shown(kept: Path) -> None:
    account = running(["1"], FunctionVersion="1")

    commands.deploy(acting(account, COMPILED, cdk=deployed), STAGE, yes=True)

    assert json.loads(kept.read_text()) == {
        "orderbell-dev-Data": {"StaffPoolId": "eu-west-1_staff"},
        "orderbell-dev-Service": WRITTEN["orderbell-dev-Service"],
    }
    assert kept.stat().st_mode & 0o077 == 0
    assert "https://a.example/graphql" in said(account)
    assert "SpringApiKey" in said(account)
    assert "da2-spring" not in said(account)


def test_a_diff_compares_and_changes_nothing() -> None:
    account = Account()

    assert commands.diff(acting(account, COMPILED, cdk=deployed), STAGE, yes=False) == 0

    assert steps(account)[-1] == "cdk diff orderbell-dev/** --no-notices"


def test_bootstrap_prepares_the_account_and_region_alone() -> None:
    account = Account(bootstrapped=False)

    assert commands.bootstrap(acting(account, PLAIN, cdk=deployed), STAGE, yes=False) == 0

    assert steps(account) == ["ready", "identity", f"cdk bootstrap aws://{NUMBER}/eu-west-1 --no-notices"]


def holding(*keys: str) -> Account:
    return Account(
        resources={
            "orderbell-dev-Data": [
                ("AWS::S3::Bucket", "parked"),
                ("AWS::KMS::Key", "k1"),
                ("AWS::DynamoDB::Table", "t"),
            ],
            "orderbell-dev-Service": [("AWS::Lambda::Function", "write")],
        },
        objects={"parked": [{"Key": key, "VersionId": "1"} for key in keys]},
    )


def test_a_stage_that_keeps_data_is_not_destroyed() -> None:
    account = Account()

    with pytest.raises(RefusedError, match="keeps its data"):
        commands.destroy(acting(account, COMPILED, cdk=failing, answer="prod"), in_account(PROD), yes=True)

    assert account.done == []


@pytest.mark.parametrize("answer", ["", "yes", "prod", "DEV"])
def test_destroying_wants_the_stages_name(answer: str) -> None:
    account = holding("a", "b", "c")

    with pytest.raises(RefusedError, match="nothing was changed"):
        commands.destroy(acting(account, COMPILED, cdk=failing, answer=answer), STAGE, yes=False)

    ready, identity, asked = account.done
    assert (ready, identity) == ("ready", "identity")
    assert "3 versions of parked objects" in asked


def test_a_stage_goes_service_first_then_what_is_parked_then_data(kept: Path) -> None:
    kept.write_text("{}")
    account = holding("a", "b", "c")

    assert commands.destroy(acting(account, PLAIN, cdk=deployed, answer="dev"), STAGE, yes=False) == 0

    assert [each for each in steps(account) if not each.startswith(("ask", "look"))] == [
        "ready", "identity", "write dev",
        "cdk destroy orderbell-dev/Service --no-notices --force",
        "empty parked: 2", "empty parked: 1",
        "cdk destroy orderbell-dev/** --no-notices --force",
    ]  # fmt: skip
    assert not kept.exists()


def test_what_remains_is_told_with_how_it_goes() -> None:
    account = holding()

    commands.destroy(acting(account, COMPILED, cdk=deployed), STAGE, yes=True)

    assert "KMS key k1: AWS deletes it on 2027-02-01" in said(account)
    assert "backup of table t" in said(account)
    assert "CDKToolkit" in said(account)
    assert {each for each in account.done if each.startswith("look")} == {
        "look for logs orderbell-dev-", "look for logs /aws/lambda/orderbell-dev-"
    }  # fmt: skip


def test_what_may_not_be_looked_at_is_said_and_the_rest_is_told() -> None:
    account = replace(holding(), undeletable={"t": "AccessDenied"})

    assert commands.destroy(acting(account, COMPILED, cdk=deployed), STAGE, yes=True) == 0

    assert "not looked at: Operation answered AccessDenied" in said(account)
    assert "CDKToolkit" in said(account)


def test_a_stage_whose_first_deployment_failed_can_be_destroyed() -> None:
    """Its bucket is gone and still listed: looking into it would fail."""
    account = replace(holding("a"), rolled_back=frozenset({"parked"}))

    assert commands.destroy(acting(account, PLAIN, cdk=deployed), STAGE, yes=True) == 0

    assert not [each for each in steps(account) if each.startswith("empty")]


def test_expired_keys_do_not_keep_a_stage_alive() -> None:
    account = holding()
    keyless = replace(STAGE, api_keys=(replace(DEV.api_keys[0], expires=date(2026, 1, 1)),))

    assert commands.destroy(acting(account, PLAIN, cdk=deployed), keyless, yes=True) == 0


@pytest.mark.parametrize("failed", ["orderbell-dev/Service", "orderbell-dev/**"])
def test_a_stack_that_stays_stops_the_destruction(failed: str, kept: Path) -> None:
    kept.write_text("{}")
    account = holding("a")

    code = commands.destroy(
        acting(account, COMPILED, cdk=lambda words: int(failed in words)), STAGE, yes=True
    )

    assert code == 1
    assert steps(account)[-1] == f"cdk destroy {failed} --no-notices --force"
    assert kept.exists()


def test_an_object_that_stays_stops_the_destruction_before_the_data() -> None:
    account = replace(holding("a", "held"), undeletable={"held": "AccessDenied"})

    assert commands.destroy(acting(account, COMPILED, cdk=deployed), STAGE, yes=True) == 1

    assert "held is left (AccessDenied)" in said(account)
    assert steps(account)[-1] == "empty parked: 2"
