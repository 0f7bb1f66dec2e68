"""``wechat``: check the official account's settings, create its menu."""

from __future__ import annotations

import asyncio
import json
import sys

from bot.channels.wechat.api import Api
from bot.channels.wechat.menu import Menu, menu_of
from bot.channels.wechat.redis_state import RedisState
from bot.channels.wechat.settings import Account, Mode, read_account
from bot.channels.wechat.state import LocalState
from bot.errors import SettingError
from bot.knowledge.store import shared_store
from bot.settings import Settings

_MODES = {Mode.SAFE: "安全模式", Mode.COMPATIBLE: "兼容模式", Mode.PLAIN: "明文模式（不安全，请尽快换成安全模式）"}
#: What an operator can do about the platform's error numbers.
_REMEDIES = {
    -1: "没有连上微信接口：看看服务器能不能访问 WECHAT_API_BASE",
    40001: "AppSecret 不对，或者令牌刚失效：核对 WECHAT_APP_SECRET 后再试",
    40013: "AppID 不对：核对 WECHAT_APP_ID",
    40125: "AppSecret 不对：核对 WECHAT_APP_SECRET",
    40164: "服务器的 IP 不在白名单里：到公众平台“设置与开发→基本配置→IP白名单”加上",
    45009: "今天调用次数用完了：明天再试",
    48001: "这个公众号没有自定义菜单接口的权限：要通过微信认证，或者是服务号",
    50002: "公众号被限制使用：到公众平台看通知",
}


def menu(settings: Settings, show: bool) -> int:
    """Create the menu, or with ``show`` print what would be sent. Status 1 when the platform does not take it."""
    made = _menu(settings)
    for name in made.left_out:
        print(f"没有放进菜单：{name}（要先设 ZHENGBIAN_PUBLIC_ORIGIN）", file=sys.stderr)
    if show:
        print(json.dumps(made.body, ensure_ascii=False, indent=2))
        return 0
    account = _account(settings)
    if not account.app_id or not account.app_secret:
        raise SettingError("WECHAT_APP_SECRET", "", "建菜单要填 AppID 和 AppSecret")
    number = asyncio.run(_create(account, made))
    if number:
        print(
            f"菜单没有建成：微信返回 {number}。{_REMEDIES.get(number, '到公众平台的文档里查这个返回码')}。",
            file=sys.stderr,
        )
        return 1
    print("菜单建好了，五分钟左右在手机上看到；取消关注再关注可以马上看到。")
    return 0


def check(settings: Settings, online: bool) -> int:
    """Tell what the settings amount to; with ``online`` fetch a token too. Status 1 when something is missing."""
    account = read_account(settings)
    if account is None:
        print("公众号没有开：WECHAT_TOKEN、WECHAT_APP_ID、WECHAT_ENCODING_AES_KEY 都空着。")
        return 1
    origin = settings.text("ZHENGBIAN_PUBLIC_ORIGIN")
    print(f"加解密方式：{_MODES[account.mode]}")
    print(f"服务器地址（URL）：{origin or 'https://您的域名'}/webhooks/wechat/webhook")
    print(f"密钥：{len(account.keys)} 把" + ("（正在换密钥）" if len(account.keys) > 1 else ""))
    print(f"原始 ID：{account.original_id or '没有填，建议填上'}")
    print(f"客服消息：{'开' if account.customer_service else '关，来不及的答案等粉丝下一条消息再给'}")
    print(f"共用的 Redis：{'有' if account.redis else '没有，只能一台服务器'}")
    made = _menu(settings)
    print(f"菜单：{sum(len(button['sub_button']) for button in made.body['button'])} 项")
    if not online:
        return 0
    if not account.app_secret:
        raise SettingError("WECHAT_APP_SECRET", "", "试接口要填 AppSecret")
    number = asyncio.run(_try_token(account))
    print("接口：通" if not number else f"接口：不通，微信返回 {number}。{_REMEDIES.get(number, '')}")
    return 1 if number else 0


def _menu(settings: Settings) -> Menu:
    content = shared_store(settings.path("ZHENGBIAN_DATA_DIR")).current.wechat
    return menu_of(content.menu, settings.text("ZHENGBIAN_PUBLIC_ORIGIN"))


def _account(settings: Settings) -> Account:
    account = read_account(settings)
    if account is None:
        raise SettingError("WECHAT_TOKEN", "", "公众号还没有设：先填令牌、AppID、EncodingAESKey")
    return account


def _api(account: Account) -> Api:
    state = RedisState(account.redis, account.app_id) if account.redis else LocalState()
    return Api(account.api_base, account.app_id, account.app_secret, state)


async def _create(account: Account, made: Menu) -> int:
    api = _api(account)
    try:
        return await api.create_menu(made.body)
    finally:
        await api.close()


async def _try_token(account: Account) -> int:
    api = _api(account)
    try:
        await api.token()
        return api.token_error
    finally:
        await api.close()
