"""`python -m infra.deploy COMMAND --stage dev --account 123456789012 --region eu-west-1`: see docs/deploy.md.

Exit codes: 0 done, 1 AWS or CDK failed, 2 refused with nothing changed, 130 stopped by Ctrl-C.
"""

import argparse
import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploying.acting import for_real
from infra.deploying.asking import Asked, RefusedError, placed
from infra.deploying.command_line import INTERRUPTED
from infra.deploying.commands import COMMANDS
from infra.deploying.templates import NotWrittenError

REFUSED = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    asked = read(argv)
    try:
        stage = placed(asked)
        return COMMANDS[asked.command](for_real(stage.region), stage, yes=asked.yes)
    except RefusedError as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    except (ClientError, BotoCoreError, NotWrittenError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(
            "\nStopped. CloudFormation goes on with what it was given: look before you start again.\n"
        )
        return INTERRUPTED


def read(argv: Sequence[str] | None) -> Asked:
    """The command line. An empty value is none: that is what make passes for a variable that was not given."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--stage", default="", help="dev or prod")
    parser.add_argument("--account", default="", help="12 digits; never looked up")
    parser.add_argument("--region", default="", help="such as eu-west-1; never looked up")
    parser.add_argument("--operators", default="", help="mailboxes that alarms go to, by commas")
    parser.add_argument("--mail-from", default="", help="the address that customers are written to from")
    parser.add_argument("--yes", action="store_true", help="do not ask back (for scripts)")
    return Asked(**vars(parser.parse_args(argv)))


if __name__ == "__main__":
    sys.exit(main())
