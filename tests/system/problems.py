"""Problems as a caller compares them."""

import json
import re
from typing import Any

from shared.values import EnterpriseNumber


def without_ids(body: dict[str, Any], asked: str) -> str:
    """What is left of a problem when the id that was asked for, in any spelling, and this request's own are gone."""
    told = {name: value for name, value in body.items() if name not in ("request_id", "instance")}
    text = json.dumps(told, sort_keys=True).replace(asked, "<id>")
    if re.fullmatch(r"[01][0-9]{9}", asked):
        text = text.replace(EnterpriseNumber(asked).formatted, "<id>")
    return text
