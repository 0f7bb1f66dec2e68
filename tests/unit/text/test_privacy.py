"""Personal data is masked by kind; official numbers, dates and documents stay."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.store import shared_store
from bot.settings import PROJECT, Settings
from bot.text.digits import read
from bot.text.privacy import mask
from bot.text.private.patterns import Pattern, patterns
from tests.private_texts import PRIVATE_TEXTS

PUBLIC = frozenset({"12333", "087167195672", "67195672", "12315", "96110"})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("我的手机13812345678", "我的手机〔手机号〕"),
        ("138 1234 5678打我", "〔手机号〕打我"),
        ("138-1234-5678", "〔手机号〕"),
        ("138 - 1234 - 5678", "〔手机号〕"),
        ("+8613812345678", "〔手机号〕"),
        ("（+86）138 1234 5678", "〔手机号〕"),
        ("１３８１２３４５６７８", "〔手机号〕"),
        ("①③⑧①②③④⑤⑥⑦⑧", "〔手机号〕"),
        ("一三八一二三四五六七八打我", "〔手机号〕打我"),
        ("幺叁捌1234伍陆柒捌", "〔手机号〕"),
        ("身份证530102199003078515", "身份证〔身份证号〕"),
        ("53010219900307851X", "〔身份证号〕"),
        ("530102 19900307 8515", "〔身份证号〕"),
        ("530102-19900307-8515", "〔身份证号〕"),
        ("五三零一零二一九九零零三零七八五一五", "〔身份证号〕"),
        ("530102900307851", "〔身份证号〕"),
        ("身份证号码：5301021990030785", "身份证号码：〔身份证号〕"),
        ("身份证后四位是851X", "身份证后四位是〔身份证号〕"),
        ("卡号6222021234567890128", "卡号〔银行卡号〕"),
        ("6222 0212 3456 7890 128", "〔银行卡号〕"),
        ("4111 1111 1111 1111", "〔银行卡号〕"),
        ("账户：2502123456789", "账户：〔银行卡号〕"),
        ("座机0871-63631234", "座机〔电话〕"),
        ("（0871）6363 1234", "〔电话〕"),
        ("010-62345678转802", "〔电话〕转802"),
        ("+86-871-63631234", "〔电话〕"),
        ("电话63631234", "电话〔电话〕"),
        ("证书编号：0153001234567890", "证书编号：〔证书编号〕"),
        ("证书号 S000044010001204000123", "证书号 〔证书编号〕"),
        ("编号YN-2021-000123456", "编号〔证书编号〕"),
        ("Y004401010022100012345是真的吗", "〔证书编号〕是真的吗"),
        ("管理号20210501053012345678", "管理号〔证书编号〕"),
        ("护照E12345678", "护照〔证件号码〕"),
        ("加微信abc12345678", "加微信〔微信号〕"),
        ("微信号：zhang_san_88", "微信号：〔微信号〕"),
        ("加v：zhangsan8866", "加v：〔微信号〕"),
        ("wx zhangsan8866", "wx 〔微信号〕"),
        ("微信88664422", "微信〔微信号〕"),
        ("QQ88664422", "QQ〔QQ号〕"),
        ("扣扣群：123456789", "扣扣群：〔QQ号〕"),
        ("发zhang.san_8@example.com.cn吧", "发〔邮箱〕吧"),
        ("我叫张三丰，想考证", "我叫〔姓名〕，想考证"),
        ("我叫张三丰喜欢电工", "我叫〔姓名〕喜欢电工"),
        ("我叫玉香，傣族", "我叫〔姓名〕，傣族"),
        ("姓名：王五 电话：13812345678", "姓名：〔姓名〕 电话：〔手机号〕"),
        ("姓名王小五性别男", "姓名〔姓名〕性别男"),
        ("本人李四，高中毕业", "本人〔姓名〕，高中毕业"),
        ("名字是欧阳修远", "名字是〔姓名〕"),
        ("户名：阿依古丽·买买提", "户名：〔姓名〕"),
        ("我女儿叫赵敏，学美容", "我女儿叫〔姓名〕，学美容"),
        ("云南省昆明市五华区人民中路12号3栋2单元501室", "云南省昆明市五华区〔地址〕"),
        ("我住在大理市喜洲镇周城村三组", "我住在大理市〔地址〕"),
        ("家住翠湖小区4栋", "家住〔地址〕"),
        ("收货地址：昭通市镇雄县南大街8号", "收货地址：昭通市镇雄县〔地址〕"),
    ],
)
def test_personal_data_is_masked(raw: str, expected: str) -> None:
    """What kind of datum stood there is told, the datum is not."""
    assert expected == mask(raw, PUBLIC)


@pytest.mark.parametrize(("text", "data"), PRIVATE_TEXTS, ids=[text[:12] for text, _ in PRIVATE_TEXTS])
def test_the_fifty_texts(text: str, data: tuple[str, ...]) -> None:
    """Those that each channel is sent."""
    assert 50 == len(PRIVATE_TEXTS)
    masked = mask(text, PUBLIC)
    assert [datum for datum in data if datum in masked] == []


@pytest.mark.parametrize(
    "text",
    [
        "打12333还是12315",
        "0871-67195672是哪里的电话",
        "+86-871-67195672是哪里的电话",
        "电话67195672是哪里的",
        "0872-12333打得通吗",
        "电话400-123-4567是骗子吗",
        "2022年3月16日到4月30日",
        "2022-03-16 2022-04-30",
        "2022.3.16-2022.4.30",
        "人社部发〔2021〕92号",
        "人社部发〔2019〕90号和云人社发〔2020〕7号",
        "人社部发[2019]90号",
        "交了12800元，三级证书",
        "1500-2000 3000元",
        "1980 2980 3980三个班",
        "高级工1班20220408",
        "72项里59项专业技术13项技能",
        "96110是诈骗吗",
        "www.gov.cn/zhengce/content/202203/t20220316_5679641.htm",
        "备案号Y530001000123查得到吗",
        "一二三四五级有什么区别",
        "从二〇二二年到二〇二六年",
        "姓名填错了，怎么改",
        "姓名和身份证号不一致",
        "姓名对不上，怎么办",
        "本人高中毕业，能考吗",
        "本人想问一下，高级工证",
        "本人安全员证，丢了",
        "我叫他退钱，他不退",
        "我叫什么证都行",
        "证书名字叫保安员，是真的吗",
        "证书名字叫安全员，是真的吗",
        "我老师傅带的班",
        "替我爸查他的证",
        "微信公众号在哪查",
        "微信上查证书",
        "QQ群里有人卖证",
        "加v的都是骗子吗",
        "编号在哪里看",
        "证书编号是几位数",
        "身份证后四位要填吗",
        "昆明市哪条路上有考点",
        "在五华区报名，4号开始",
        "云南省12333热线",
        "市区里2号线旁边的培训班",
        "地址在哪里看",
    ],
)
def test_what_is_no_personal_datum_stays(text: str) -> None:
    """Hotlines, offices, dates, document numbers, prices, and words that only look like names."""
    assert text == mask(text, PUBLIC)


def held_out_questions() -> list[str]:
    folder = PROJECT / "tests" / "nlu"
    files = [
        yaml.safe_load((folder / name).read_text(encoding="utf-8")) for name in ("in_scope.yml", "out_of_scope.yml")
    ]
    groups = [group["examples"] for file in files for group in file["nlu"]]
    asked = [
        (example if isinstance(example, str) else example["text"]).strip().removeprefix("- ")
        for group in groups
        for example in (group.splitlines() if isinstance(group, str) else group)
    ]
    return asked + [
        line.split("\t")[0] for line in (folder / "occupations.tsv").read_text(encoding="utf-8").splitlines()
    ]


def test_questions_pass_unchanged() -> None:
    """Of all held-out questions only those with a datum in them are touched; adverts only where a number is."""
    public = shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current.public_numbers
    questions = held_out_questions()
    assert len(questions) > 1000
    touched = [question for question in questions if mask(question, public) != question]
    data = ("530102199001010000", "张建国", "王丽华", "20260911")  # an identity card, names, a work order
    assert [q for q in touched if not any(datum in q for datum in data)] == []
    adverts = (PROJECT / "tests" / "nlu" / "adverts.jsonl").read_text(encoding="utf-8").splitlines()
    for text in (json.loads(line)["text"] for line in adverts):
        assert mask(text, public) == text or "〔手机号〕" in mask(text, public), text


def test_content_passes_unchanged() -> None:
    """Our own answers hold no personal data, and nothing in them is taken for one."""
    snapshot = shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current
    for path in sorted((PROJECT / "data" / "knowledge").rglob("*.yml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert line == mask(line, snapshot.public_numbers), path.name


@given(st.text(alphabet="1389一三八九 -Xx市路号我叫王微信QQ：@a.〔〕", max_size=200))
def test_masking_twice_changes_nothing(text: str) -> None:
    """A placeholder is not taken for a datum."""
    once = mask(text, PUBLIC)
    assert once == mask(once, PUBLIC)


@given(st.text(max_size=200))
def test_the_reading_moves_nothing(text: str) -> None:
    """What is found in it can be replaced in the text itself."""
    assert len(text) == len(read(text))


ALL = [pattern for group in patterns().values() for pattern in group]
_DATUM = re.compile("「(.*?)」", re.DOTALL)


def test_patterns_have_names_of_their_own() -> None:
    """Each kind of datum in one dress is one named pattern, with its examples and counterexamples."""
    names = [pattern.name for pattern in ALL]
    assert len(set(names)) == len(names)
    assert [pattern.name for pattern in ALL if not pattern.masked or not pattern.kept] == []


@pytest.mark.parametrize("pattern", ALL, ids=[pattern.name for pattern in ALL])
def test_a_pattern_masks_its_examples(pattern: Pattern) -> None:
    """What stands between 「 and 」 is gone, and the pattern itself finds something there."""
    for example in pattern.masked:
        text = _DATUM.sub(r"\1", example)
        masked = mask(text, PUBLIC)
        assert [datum for datum in _DATUM.findall(example) if datum in masked] == [], text
        assert pattern.placeholder in masked or pattern.spans(read(text)), text


@pytest.mark.parametrize("pattern", ALL, ids=[pattern.name for pattern in ALL])
def test_a_pattern_keeps_its_counterexamples(pattern: Pattern) -> None:
    """Nothing of this kind is found in them, whatever else is."""
    for text in pattern.kept:
        assert pattern.placeholder not in mask(text.replace(pattern.placeholder, ""), PUBLIC), text
