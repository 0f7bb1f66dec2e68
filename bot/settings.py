"""Every setting from the environment: one table that feeds the code, ``.env.example`` and the docs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SettingError

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Setting:
    """Name, default and help (Chinese: read by those who run it) of one environment variable."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("HOST", "127.0.0.1", "监听地址；对外服务请放在反向代理后面，不要改成 0.0.0.0"),
    Setting("PORT", "5005", "监听端口"),
    Setting("ZHENGBIAN_DATA_DIR", str(PROJECT / "data"), "内容和训练资料所在的文件夹"),
    Setting("ZHENGBIAN_VAR_DIR", str(PROJECT / "var"), "网页会话等运行时数据所在的文件夹"),
    Setting(
        "ZHENGBIAN_DATABASE", "", "本程序自己的数据库，例如 postgresql://用户@主机/库；空着表示数据文件夹里的 SQLite"
    ),
    Setting("ZHENGBIAN_MODELS_DIR", str(PROJECT / "models"), "训练好的模型所在的文件夹"),
    Setting("ZHENGBIAN_ENDPOINTS", str(PROJECT / "endpoints.yml"), "存储的配置文件"),
    Setting("ZHENGBIAN_CREDENTIALS", str(PROJECT / "credentials.yml"), "渠道的配置文件"),
    Setting("ZHENGBIAN_LIMITS", "on", "频率限制；压力测试和自动测试时设为 off"),
    Setting("ZHENGBIAN_MESSAGES_PER_MINUTE", "20", "每个会话每分钟最多几条消息"),
    Setting("ZHENGBIAN_ADDRESS_MESSAGES_PER_MINUTE", "600", "每个网络地址每分钟最多几条消息"),
    Setting("ZHENGBIAN_ADDRESS_SESSIONS_PER_MINUTE", "120", "每个网络地址每分钟最多开几个会话"),
    Setting("ZHENGBIAN_IN_FLIGHT", "64", "同时处理的消息上限，超过就请人稍后再试"),
    Setting("ZHENGBIAN_PUBLIC_ORIGIN", "", "对外的网址，例如 https://zhengbian.example；空着表示只认请求自己的主机名"),
    Setting("ZHENGBIAN_KEEP_DAYS", "30", "闲置的会话保留几天，到期连同对话记录一起删除"),
    Setting("ZHENGBIAN_KEEP_EVENT_DAYS", "180", "答复记录和未解答的问题保留几天"),
    Setting("ZHENGBIAN_KEEP_FEEDBACK_DAYS", "365", "群众评价保留几天"),
    Setting("ZHENGBIAN_CACHE_DIR", "", "jieba 词典缓存的文件夹；空着表示临时目录下只有本人能读的文件夹"),
    Setting("ZHENGBIAN_PROXIES", "0", "前面有几层可信的反向代理，决定从哪里读来访地址"),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True)
class Settings:
    """Typed reading of the table; unknown names are a programming error."""

    values: Mapping[str, str]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Values of the environment where set and not empty, else the defaults."""
        source = os.environ if environment is None else environment
        return cls({s.name: source.get(s.name) or s.default for s in SETTINGS})

    def text(self, name: str) -> str:
        """The value as it is."""
        return self.values[_BY_NAME[name].name]

    def path(self, name: str) -> Path:
        """The value as a path."""
        return Path(self.text(name))

    def number(self, name: str, least: int = 0) -> int:
        """The value as a whole number ≥ ``least``. Raises SettingError."""
        value = self.text(name)
        if not value.isdigit() or int(value) < least:
            raise SettingError(name, value, f"应当是不小于 {least} 的整数")
        return int(value)

    def is_on(self, name: str) -> bool:
        """The value as a switch. Raises SettingError."""
        value = self.text(name).lower()
        if value not in {"on", "off"}:
            raise SettingError(name, value, "只能是 on 或 off")
        return value == "on"
