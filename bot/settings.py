"""Every setting from the environment: one table that feeds the code, ``.env.example`` and the docs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.errors import SettingError

PROJECT = Path(__file__).resolve().parent.parent
_ORIGIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?::[1-9]\d{0,4})?"
)


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
    Setting("ZHENGBIAN_REDIS", "", "几台服务器共用的 Redis，例如 redis://主机:6379/0；空着表示只有一台"),
    Setting("ZHENGBIAN_MODELS_DIR", str(PROJECT / "models"), "训练好的模型所在的文件夹"),
    Setting("ZHENGBIAN_TRAIN", "on", "模型过期时先训练再启动；设为 off 就不训练，模型不符时不启动（容器里用）"),
    Setting("ZHENGBIAN_ENDPOINTS", str(PROJECT / "endpoints.yml"), "存储的配置文件"),
    Setting("ZHENGBIAN_CREDENTIALS", str(PROJECT / "credentials.yml"), "渠道的配置文件"),
    Setting("ZHENGBIAN_LIMITS", "on", "频率限制；压力测试和自动测试时设为 off"),
    Setting("ZHENGBIAN_MESSAGES_PER_MINUTE", "20", "每个会话每分钟最多几条消息"),
    Setting("ZHENGBIAN_READS_PER_MINUTE", "120", "每个会话每分钟最多取几次对话记录和常见问题，重发的消息也算在内"),
    Setting("ZHENGBIAN_ADDRESS_MESSAGES_PER_MINUTE", "600", "每个网络地址每分钟最多几条消息"),
    Setting("ZHENGBIAN_ADDRESS_SESSIONS_PER_MINUTE", "120", "每个网络地址每分钟最多开几个会话"),
    Setting(
        "ZHENGBIAN_IN_FLIGHT",
        "64",
        "几个渠道合起来同时处理的消息上限，超过就请人稍后再试；坐席台另有 8 个位置",
    ),
    Setting("ZHENGBIAN_PUBLIC_ORIGIN", "", "对外的网址，例如 https://zhengbian.example；空着表示只认请求自己的主机名"),
    Setting(
        "ZHENGBIAN_EMBED_ORIGINS",
        "",
        "可以嵌入对话窗口的网站，例如 https://www.example.gov.cn，多个用逗号隔开；空着表示只有本站",
    ),
    Setting("ZHENGBIAN_KEEP_DAYS", "30", "闲置的会话保留几天，到期连同对话记录一起删除"),
    Setting("ZHENGBIAN_KEEP_EVENT_DAYS", "180", "答复记录和未解答的问题保留几天"),
    Setting("ZHENGBIAN_KEEP_FEEDBACK_DAYS", "365", "群众评价保留几天"),
    Setting("ZHENGBIAN_DESK_IDLE_MINUTES", "60", "坐席台登录后多少分钟没有操作就要重新登录"),
    Setting("ZHENGBIAN_DESK_HOURS", "12", "坐席台登录最长几小时，到点一律重新登录"),
    Setting("ZHENGBIAN_DESK_REQUESTS_PER_MINUTE", "300", "坐席台每个账号、每个接口密钥每分钟最多几次请求"),
    Setting("ZHENGBIAN_CACHE_DIR", "", "jieba 词典缓存的文件夹；空着表示临时目录下只有本人能读的文件夹"),
    Setting("ZHENGBIAN_METRICS_TOKEN", "", "别的机器读 /metrics 用的口令；空着表示只有本机能读"),
    Setting("ZHENGBIAN_TENSORFLOW", "off", "是否载入 TensorFlow；我们的流水线用不着它，不载入省一半内存"),
    Setting("ZHENGBIAN_PROXIES", "0", "前面有几层可信的反向代理，决定从哪里读来访地址"),
    Setting("WECHAT_MODE", "safe", "公众号的消息加解密方式：safe 安全模式，compatible 兼容模式，plain 明文模式"),
    Setting("WECHAT_TOKEN", "", "公众号的令牌（Token）；令牌、AppID、EncodingAESKey 都空着表示不用公众号"),
    Setting("WECHAT_APP_ID", "", "公众号的 AppID"),
    Setting("WECHAT_ORIGINAL_ID", "", "公众号的原始 ID，gh_ 开头；填了就只收发给它的消息"),
    Setting("WECHAT_ENCODING_AES_KEY", "", "公众号的 EncodingAESKey，43 个字符"),
    Setting("WECHAT_ENCODING_AES_KEY_PREVIOUS", "", "换密钥期间填旧的 EncodingAESKey，换完清空"),
    Setting("WECHAT_APP_SECRET", "", "公众号的 AppSecret；建菜单、发客服消息才要"),
    Setting("WECHAT_CUSTOMER_SERVICE", "off", "客服消息：只有通过微信认证的公众号才能设为 on"),
    Setting(
        "WECHAT_PSEUDONYM_KEY",
        "",
        "把粉丝的 openid 变成代号的密钥，随机字符；空着就自动生成，存在运行时数据文件夹里",
    ),
    Setting("WECHAT_API_BASE", "https://api.weixin.qq.com", "微信接口的网址；测试时才改"),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def data_dir() -> Path:
    """``ZHENGBIAN_DATA_DIR`` alone: it is asked for several times in every turn, all settings take longer to read."""
    name = "ZHENGBIAN_DATA_DIR"
    return _path(os.environ.get(name) or _BY_NAME[name].default)


#: A path that was hashed once: to make and hash one takes as long as a store's statement.
_path = lru_cache(maxsize=4)(Path)


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

    def origins(self, name: str) -> tuple[str, ...]:
        """The value as exact web origins, separated by commas. Raises SettingError."""
        found = tuple(origin.strip() for origin in self.text(name).split(",") if origin.strip())
        for origin in found:
            if not _ORIGIN.fullmatch(origin):
                remedy = "应当写成 https://域名（小写，可带端口；后面不带斜杠和路径，不用通配符）"
                raise SettingError(name, origin, remedy)
        return found

    def is_on(self, name: str) -> bool:
        """The value as a switch. Raises SettingError."""
        value = self.text(name).lower()
        if value not in {"on", "off"}:
            raise SettingError(name, value, "只能是 on 或 off")
        return value == "on"
