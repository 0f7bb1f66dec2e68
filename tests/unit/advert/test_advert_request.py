"""Which messages are adverts to judge, and whose money is gone."""

from __future__ import annotations

import pytest

from bot.advert.check import check
from bot.advert.models import Signals
from bot.advert.payment import has_paid
from bot.advert.request import is_bare_request, is_certain, looks_like_advert, offers_something

QUESTIONS = [
    "包过能信吗",
    "挂靠违法吗",
    "网上买证犯法吗",
    "证书在哪里查",
    "什么是山寨证书",
    "交钱就能办证是真的吗",
    "几天就能拿证可信吗",
    "健康管理师证国家承认吗",
    "12333电话多少",
    "报名电话是多少",
    "怎么举报假证书",
    "机构有没有备案怎么查",
    "培训机构不退费怎么办",
    "说是人社部授权的培训可信吗",
    "有内部答案能代考能信吗",
    "证书挂靠月入上万可信吗",
    "对方给的网址能查到证书，就一定是真的吗",
    "一建要考几门",
    "技能提升补贴高级工2000元怎么领",
    "电工证报名费一般多少钱",
    "钱已经交了发现被骗了怎么办",
    "你好",
    "我交了3980报名健康管理师被骗了怎么办",
    "zscx.osta.org.cn是官网吗",
    "落户加分代办职称可信吗",
    "家政7天速成能信吗",
]
ADVERTS = [
    "消防证包过，不过退款，加微信〔微信号〕",
    "帮我看看这个广告：7天拿证，免考，980元",
    "朋友圈有人发免考拿证，1200一本，靠谱吗",
    "有个中介说花4000办证，挂靠一年3万，是不是骗人的",
    "【健康管理师】最后一批，国家认可，抓紧报名，联系〔手机号〕",
    "我在网上看到一个广告说交钱就能拿证是真的吗，要3800",
    "打电话的说不用考试，给身份证和照片就能拿证，收2000，真的假的",
    "抖音上说人社部直属，报名即拿证，能信吗？还说名额有限",
    "证书查询网址 www.osta-org.cn 他们说到这里查",
    "二建挂靠一年1.5万，电联",
    "代考，一次1500，私聊",
    "养老护理员培训招生，学费1200元，名额有限，报名加微信〔微信号〕",
    "交钱就能拿证，叉车证800，电工证900",
]
PAID = [
    "我交了3980报名费",
    "定金付了500，还能退吗",
    "我已经转账了怎么办",
    "被骗了5000块",
    "我妈给那个老师转了8000",
    "上个月交了4000，到现在没拿到证",
    "钱交了不给证",
    "昨天扫码付了1280",
    "学费交完机构跑路了",
    "他们收了我3000块",
    "我被骗了",
    "交了2000不退",
    "我已经交了定金，现在又让我交解冻费",
    "刚刚付款成功对方就拉黑我了",
    "我着他们骗了",
    "报名费都交了才发现没备案",
]
NOT_PAID = """还没交钱
没付款，先问问
他们说交了钱就能拿证
叫我先交500定金
要我交3000解冻费，该不该交
怕被骗
怎么防止被骗
会不会被骗
差点被骗了
幸好没交钱
交钱就能拿证是真的吗
对方催我交钱
如果交了钱不给证怎么办
不想交钱
消防证包过，先交定金
考生被骗5万元，警方已立案
我打算交2000报名
交了钱以后多久拿证
证书要交多少钱
已经报名了，考试是下个月
""".strip().split("\n")


@pytest.mark.parametrize("text", ADVERTS)
def test_adverts(text: str, signals: Signals) -> None:
    """A pasted or retold offer is an advert."""
    assert looks_like_advert(text, signals)


@pytest.mark.parametrize("text", QUESTIONS)
def test_questions(text: str, signals: Signals) -> None:
    """A question about a term, a number or a procedure is no advert."""
    assert not looks_like_advert(text, signals)


@pytest.mark.parametrize("text", PAID)
def test_paid(text: str) -> None:
    """The money is gone."""
    assert has_paid(text)


@pytest.mark.parametrize("text", NOT_PAID)
def test_not_paid(text: str) -> None:
    """Asked for, feared, supposed, denied or somebody else's: no payment."""
    assert not has_paid(text)


@pytest.mark.parametrize(
    "text",
    [
        "电工证包过 叁天出证",
        "電工證包過 叁天出證 全國聯網可查",
        "〔QQ号〕 代办证",
        "焊工证免考",
        "药师证回收",
    ],
)
def test_bare_words_of_an_offer_are_certain(text: str, signals: Signals) -> None:
    """A certificate's name and what is promised for it reach the check, whatever entry they resemble."""
    assert is_certain(text, signals)
    assert looks_like_advert(text, signals)


@pytest.mark.parametrize("text", [*QUESTIONS, "免考", "包过", "本人今年48岁没有文凭想考证", "国家认可的证书有哪三种"])
def test_questions_and_wishes_are_not_certain(text: str, signals: Signals) -> None:
    """A word alone, a question and one's own wish are for the entries."""
    assert not is_certain(text, signals)


@pytest.mark.parametrize(
    "text", ["帮我看看这个广告", "您好，能帮我看下这条招生信息吗", "这个广告靠谱吗", "收到一条短信，帮我看看"]
)
def test_a_request_without_an_advert(text: str, signals: Signals, hosts: frozenset[str]) -> None:
    """There is nothing to judge yet."""
    assert is_bare_request(text, signals)
    assert is_certain(text, signals)
    assert check(text, signals, hosts).findings == ()


@pytest.mark.parametrize(
    "text", ["帮我看看这个广告：叉车证三天拿证", "包过的广告靠谱吗", "帮我看看这本证是不是真的", "看广告要注意什么"]
)
def test_a_request_with_something_in_it(text: str, signals: Signals) -> None:
    """What is to be judged is there, or something else is asked."""
    assert not is_bare_request(text, signals)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("养老护理员培训，学费1200元，报名从速", True),
        ("2026年度社会工作者考试公告，报名网址 www.cpta.com.cn", False),
        ("各位学员，本周六上午九点理论考试，请带身份证", False),
        ("老板说没证不让上班", False),
        ("电话〔手机号〕，能办证吗", False),
    ],
)
def test_whether_there_is_an_advert(text: str, expected: bool, signals: Signals, hosts: frozenset[str]) -> None:
    """ "Nothing found" is said of an advert only: not of a notice, a question or a citizen's own sentence."""
    assert offers_something(text, signals, hosts) is expected


@pytest.mark.parametrize(
    "text",
    [
        "本人今年50岁没有学历想考证",
        "全国社会工作者考试报名公告，网址 www.cpta.com.cn",
        "成绩查询请登录 www.osta.org.cn",
    ],
)
def test_wishes_and_official_addresses_raise_nothing(text: str, signals: Signals, hosts: frozenset[str]) -> None:
    """The sound of the whole accuses no citizen and no authority."""
    assert check(text, signals, hosts).findings == ()


@pytest.mark.parametrize(
    "text", ["会计证即将取消，最后一批，查询网址 www.osta-org.cn", "这个证即将被取消，赶紧到 www.osta-org.cn 查"]
)
def test_a_lookalike_is_found_beside_any_words(text: str, signals: Signals, hosts: frozenset[str]) -> None:
    """即将取消 is no report."""
    assert "lookalike_site" in [finding.signal for finding in check(text, signals, hosts).findings]


_OFFER = "叉车证7天拿证，免考，980元"


@pytest.mark.parametrize(
    "wrapped",
    [
        "我想问下 {}",
        "{}，这个能信吗",
        "{} 是真的吗",
        "帮我看看：{}",
        "你好，请问{}，靠谱吗？谢谢",
        "{}\n请帮我判断一下真假",
    ],
)
def test_a_wrapper_takes_nothing_back(wrapped: str, signals: Signals, hosts: frozenset[str]) -> None:
    """What the bare text shows, the politely asked one shows too."""
    bare = {finding.signal for finding in check(_OFFER, signals, hosts).findings}
    assert len(bare) > 1
    assert bare <= {finding.signal for finding in check(wrapped.format(_OFFER), signals, hosts).findings}
    assert looks_like_advert(wrapped.format(_OFFER), signals)
