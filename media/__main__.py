"""`python -m media inspect [--json] FILE…`: what each photo says about itself. Exit 2 if one is not accepted."""

import argparse
import json
import sys
from dataclasses import asdict

from media.facts import facts
from media.sniff import Refused, sniff


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m media")
    inspect = parser.add_subparsers(required=True).add_parser("inspect", help="header and EXIF of photos")
    inspect.add_argument("--json", action="store_true", help="one JSON object per line")
    inspect.add_argument("files", nargs="+", metavar="FILE")
    arguments = parser.parse_args()
    status = 0
    for name in arguments.files:
        try:
            row = {"file": name, "format": sniff(name).format, **asdict(facts(name))}
        except (Refused, OSError) as error:
            status, row = 2, {"file": name, "error": error.code if isinstance(error, Refused) else str(error)}
        if arguments.json:
            print(json.dumps(row, default=str, ensure_ascii=False))
        else:
            print("  ".join(f"{key}={value}" for key, value in row.items() if value is not None))
    return status


if __name__ == "__main__":
    sys.exit(main())
