"""``staff``: accounts of the desk. ``key``: keys for programs that ask it."""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import sys
from zoneinfo import ZoneInfo

from bot.settings import Settings
from bot.storage.database import service_engine
from bot.storage.desk_access import DeskAccess
from bot.storage.staff import Staff, StaffError

_YUNNAN = ZoneInfo("Asia/Shanghai")
_ROLES = {"operator": "坐席", "supervisor": "值班长"}


def staff(options: argparse.Namespace, settings: Settings) -> int:
    """Add, list, disable, reset or unlock; whoever is disabled or reset is logged out at once."""
    engine = service_engine(settings)
    accounts, access = Staff(engine), DeskAccess(engine, 0, 0)
    if options.what == "list":
        for person in accounts.all():
            state = "停用" if person.disabled else "可用"
            print(f"{person.name}　{_ROLES[person.role]}　{state}　上次登录：{_day(person.seen_at)}")
    elif options.what == "add":
        accounts.add(options.name, options.role, _password())
        print(f"已建立{_ROLES[options.role]}账号“{options.name}”。")
    elif options.what == "reset":
        accounts.reset(options.name, _password())
        access.close_all(options.name)
        access.lock.unlock(options.name)
        print(f"“{options.name}”的密码已换，原来的登录都已退出。")
    elif options.what == "unlock":
        if accounts.find(options.name) is None:
            raise StaffError(f"没有叫“{options.name}”的账号，或者它已停用")
        access.lock.unlock(options.name)
        print(f"“{options.name}”已解锁，请在一刻钟内登录；有人还在试密码也不碍事。")
    else:
        accounts.disable(options.name)
        access.close_all(options.name)
        print(f"“{options.name}”已停用，原来的登录都已退出；要恢复就重设密码。")
    return 0


def key(options: argparse.Namespace, settings: Settings) -> int:
    """Add, list or revoke."""
    access = DeskAccess(service_engine(settings), 0, 0)
    if options.what == "list":
        for found in access.all_keys():
            state = f"{_day(found.revoked_at)} 作废" if found.revoked_at else "可用"
            print(f"{found.name}　{found.start}…　{state}　上次使用：{_day(found.seen_at)}")
    elif options.what == "add":
        print(access.add_key(options.name))
        print("上面这一行是密钥，只显示这一次，请交给对方妥善保存。", file=sys.stderr)
    else:
        access.revoke_key(options.name)
        print(f"密钥“{options.name}”已作废。")
    return 0


def _password() -> str:
    """One line of standard input, or asked twice at a terminal. Raises StaffError."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("密码：")
    if getpass.getpass("再输一遍：") != first:
        raise StaffError("两次输的不一样，没有改动")
    return first


def _day(at: float) -> str:
    return dt.datetime.fromtimestamp(at, _YUNNAN).strftime("%Y-%m-%d %H:%M") if at else "没有"
