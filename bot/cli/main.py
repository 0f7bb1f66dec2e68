"""Read the command line and hand over to one module per command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bot.errors import ContentError, ZhengbianError
from bot.server import environment, quiet
from bot.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 for success, 1 for a told error, 2 for wrong usage."""
    environment.prepare()
    quiet.silence()
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options, Settings.from_environment()))
    except ContentError as error:
        print("内容有错，先改好再来：", file=sys.stderr)
        print(error, file=sys.stderr)
    except ZhengbianError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="证辨：分清真证书和山寨证书")
    commands = parser.add_subparsers(required=True, metavar="命令")

    def add(name: str, help_text: str, run: object) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_text, description=help_text)
        command.set_defaults(run=run)
        return command

    add("run", "需要时先训练，然后启动服务", _run)
    train = add("train", "训练模型（没有变化就不训练）", _train)
    train.add_argument("--force", action="store_true", help="没有变化也训练")
    add("check", "检查内容和训练资料", _check)
    add("generate", "按内容重写 domain.yml 和 data/stories/rules.yml", _generate)
    ask = add("ask", "在终端里问一句", _ask)
    ask.add_argument("question", help="要问的话")
    ask.add_argument("--json", action="store_true", help="输出和网页接口一样的消息")
    evaluate = add("evaluate", "用留出的问题集测一遍，重写 docs/evaluation.md", _evaluate)
    evaluate.add_argument("--no-stock", action="store_true", help="不训练 Rasa 自带的流水线来对照")
    add("reload", "让运行中的服务换上新内容，不用重启", _reload)
    switch = add("switch", "停用或启用一个渠道，不用重启；不写渠道就列出现状", _switch)
    switch.add_argument("channel", nargs="?", default="", choices=["", "web", "wechat", "desk"], help="渠道")
    switch.add_argument("state", nargs="?", default="", choices=["", "on", "off"], help="on 启用，off 停用")
    switch.add_argument("--text", default="", help="停用时先说的话，例如原因和恢复时间；电话号码自动附上")
    add("purge", "现在就删去到期的会话、记录和评价（服务每天也会自己删）", _purge)
    staff = add("staff", "坐席台的账号：建立、列出、停用、重设密码、解锁", _staff).add_subparsers(
        required=True, dest="what"
    )
    added = staff.add_parser("add", help="建立账号；密码从标准输入读一行，或在终端问两遍")
    added.add_argument("name", help="登录用的名字")
    added.add_argument("--role", required=True, choices=["operator", "supervisor"], help="坐席或值班长")
    staff.add_parser("list", help="列出账号")
    changes = {
        "disable": "停用账号，马上退出登录",
        "reset": "重设密码，马上退出登录，解除锁定",
        "unlock": "解除密码错得太多的锁定，一刻钟内可以登录",
    }
    for what, help_text in changes.items():
        staff.add_parser(what, help=help_text).add_argument("name")
    key = add("key", "话务系统等程序用的接口密钥：建立、列出、作废", _key).add_subparsers(required=True, dest="what")
    key.add_parser("add", help="建立密钥，只显示一次").add_argument("name", help="给哪个系统用")
    key.add_parser("list", help="列出密钥")
    key.add_parser("revoke", help="作废密钥").add_argument("name")
    wechat = add("wechat", "公众号：check 检查设置，menu 建自定义菜单", _wechat)
    wechat.add_argument("what", choices=["check", "menu"], help="做什么")
    wechat.add_argument("--show", action="store_true", help="只看菜单的内容，不发给微信")
    wechat.add_argument("--online", action="store_true", help="检查时也试一试微信接口")
    return parser


def _run(_: argparse.Namespace, settings: Settings) -> int:
    from bot.cli.run import run

    return run(settings)


def _train(options: argparse.Namespace, settings: Settings) -> int:
    from bot.cli.run import train_if_stale

    return train_if_stale(settings, force=options.force)


def _check(_: argparse.Namespace, settings: Settings) -> int:
    from bot.cli.check import check

    return check(settings)


def _generate(_: argparse.Namespace, settings: Settings) -> int:
    from bot.cli.generate import generate

    return generate(settings)


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    from bot.cli.ask import ask

    return ask(options.question, options.json, settings)


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    from bot.cli.evaluate import evaluate

    return evaluate(settings, stock=not options.no_stock)


def _switch(options: argparse.Namespace, settings: Settings) -> int:
    from bot.cli.switch import switch

    return switch(settings, options.channel, options.state, options.text)


def _reload(_: argparse.Namespace, settings: Settings) -> int:
    from bot.cli.reload import reload

    return reload(settings)


def _staff(options: argparse.Namespace, settings: Settings) -> int:
    from bot.cli.staff import staff

    return staff(options, settings)


def _key(options: argparse.Namespace, settings: Settings) -> int:
    from bot.cli.staff import key

    return key(options, settings)


def _wechat(options: argparse.Namespace, settings: Settings) -> int:
    from bot.cli import wechat

    return wechat.menu(settings, options.show) if options.what == "menu" else wechat.check(settings, options.online)


def _purge(_: argparse.Namespace, settings: Settings) -> int:
    from bot.server import quiet

    quiet.import_sanic_quietly()
    quiet.configure_logging()
    from bot.cli.purge import purge

    return purge(settings)
