"""What a work order's own labels say: its number, who called, from which phone. Plain Python.

Work orders of 12345 and 12319 differ from city to city, but all print labels before values.
"""

import re

from backend.core.pinyin import plain

_NUMBER = re.compile(
    r"(?:工单|受理|诉求|案件|任务|交办|转办|督办|来电|流水|单据|业务|件)?(?:编号|单号|号码|流水号|工单号)\s*[:：]?\s*"
    r"([A-Z0-9][A-Z0-9〔〕\[\]()-]{4,38}[A-Z0-9〕\])号]?)"
)
_PHONE_LABEL = re.compile(r"(?:电话|手机|号码|联系方式)[^0-9]{0,6}((?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}))(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d{9})(?!\d)")
_NAME = re.compile(
    r"(?:来电人|诉求人|投诉人|反映人|举报人|信访人|联系人|群众|市民|姓名)(?:姓名)?\s*:\s*"
    r"([\u4e00-\u9fff·]{1,6}?(?:先生|女士|小姐)|[\u4e00-\u9fff·]{2,4})(?![\u4e00-\u9fff])"
)
_LAMP = re.compile(r"(?:灯杆|路灯|杆)\S{0,3}$")


def external_number(text: str) -> str | None:
    """The number that the other side gave it. A lamp's number and a phone number are none."""
    compared = plain(text)
    for found in _NUMBER.finditer(compared):
        if not _LAMP.search(compared[: found.start()]) and not _MOBILE.fullmatch(found[1]):
            return found[1]
    return None


def phone(text: str) -> str | None:
    """The phone after its label, else the only mobile number that there is."""
    compared = plain(text)
    labelled = _PHONE_LABEL.search(compared)
    if labelled:
        return labelled[1]
    mobiles = set(_MOBILE.findall(compared))
    return mobiles.pop() if len(mobiles) == 1 else None


def complainant_name(text: str) -> str | None:
    """The name after its label: 张三, 张先生."""
    found = _NAME.search(plain(text))
    return found[1] if found else None
