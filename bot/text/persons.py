"""Names of persons and addresses of homes, as far as the words around them give them away.

Without such a word nothing is masked: 高级 could be somebody's name, and is a level nearly always.
"""

from __future__ import annotations

import re

#: One character each; those that more often begin a word than a name (和, 成, 能…) are left out.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金"
    "陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文施洪庞樊殷岳翟倪严牛陶温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢骆梅莫庄辛管祝左涂"
    "谷祁舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲游阳裴席卫查屈鲍位覃霍翁隋甘景薄单包司柏宁柯阮桂闵刀木罕岩普闫肖"
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭許呂蘇盧蔣賈葉閻餘鐘譚鄒陸龍萬錢湯賀龔嚴莊龐"
)
_COMPOUND = "欧阳|上官|司马|诸葛|皇甫|尉迟|令狐|慕容|司徒|夏侯|端木|东方|南宫|歐陽"
#: Words that begin like a name; what follows them may be anything.
_NO_NAME = (
    "高[中级职考工等校技]|金[融属]|安[全徽排]|于是|时间|成绩|方[便法案式]|白[天酒云]|程[序度]|钱[包已]|马上|向[来往上]|周[末一二三四五六日围]|石[油家林屏]|江[苏西]|"
    "文[山凭化件科]|常[用见常]|任何|能不|应该|管[理道不]|关[于闭系]|查[询不到了看]|包[过含括]|单[位独]|史上|游[客戏]|曲靖|项目|普[通洱]|叶子|林业|田里|田间|"
    "木[工匠材]|石匠|钢筋|金工|车间|水电|盛产|费用|左右|万一|严格|位置|武[汉警]|龙江|洪水|季度|毛病|温州|凌晨|夏天|纪委|章[程子]|童工|景区|席位|易学|"
    "何时|何地|何况|丁字|谷歌|甘肃|宁[夏波]|桂林|柳州|汤池|康养|庄稼|苗族|关键|焦虑|余额|余下|卫生|段时|梅雨|申[请报]|施工|康复"
)
_PERSON_AFTER = (
    r"(?=[^\u4e00-\u9fa5]|$|[我是今在想要的有也来家男女学去被跟与就这那已之曾没户邮说考报住，]|身份|电话|手机|证|性别|年龄|联系|微信|"
    r"银行|出生|毕业|从事|现在|目前|单位|号码|准考)"
)
_LIKELY = (
    rf"(?!{_NO_NAME})(?:(?:{_COMPOUND})[\u4e00-\u9fa5]{{1,2}}?|[{_SURNAMES}][\u4e00-\u9fa5]{{1,2}}?)" + _PERSON_AFTER
)
_GIVEN = rf"(?!{_NO_NAME})(?:(?:{_COMPOUND})[\u4e00-\u9fa5]{{2}}|[{_SURNAMES}][\u4e00-\u9fa5]{{2}})"
#: Names of other peoples have no surname of the list: 阿依古丽·买买提, 玉香.
_ANY = (
    r"(?![他她它你您咱什啥哪怎不别大家人老孩个们错写填对改变叫为是])"
    r"(?:[\u4e00-\u9fa5]{2,8}[·•・.][\u4e00-\u9fa5]{2,8}|[\u4e00-\u9fa5]{2,4}?" + _PERSON_AFTER + ")"
)
_FIELD = "姓名|名字|联系人|收款人|持证人|持有人|收件人|考生|学员|户名|开户名|本人"
_KIN = (
    "儿子|女儿|老公|老婆|丈夫|妻子|父亲|母亲|爸爸|妈妈|爸|妈|爹|娘|孩子|娃|朋友|同学|同事|老师|弟弟|妹妹|弟|妹|哥哥|姐姐|哥|姐|"
    "侄子|亲戚|老板|男的|女的|那人|负责人"
)

#: (name, placeholder, regex): ``keep`` stays.
NAMES: tuple[tuple[str, str, str], ...] = (
    (
        "name_said",
        "〔姓名〕",
        rf"(?P<keep>(?:我叫|我名叫|我的名字[是叫])[:\s是为叫]{{0,3}})(?:{_LIKELY}|{_GIVEN}|{_ANY})",
    ),
    ("name_field", "〔姓名〕", rf"(?P<keep>(?:{_FIELD})\s?[是为]?:\s{{0,2}})(?:{_LIKELY}|{_GIVEN}|{_ANY})"),
    (
        "name_after_word",
        "〔姓名〕",
        rf"(?P<keep>(?:姓名|本人|(?:{_FIELD})[是为叫]|(?:名|{_KIN})叫)[叫是为\s]{{0,2}})(?:{_LIKELY})",
    ),
)

_UNITS = "路街巷弄村寨屯苑乡镇"
_PLACE = (
    rf"(?:[^\W_{_UNITS}区县市州省道园]{{1,8}}"
    rf"(?:街道|大道|小区|社区|花园|家园|公寓|新村|园区|村委会|[{_UNITS}道园])(?!口))"
)
_NUMBERED = (
    r"(?:第?[0-9一二三四五六七八九十百A-Za-z\-]{1,6}\s?"
    r"(?:村民小组|小组|号院|号楼|单元|号|组|社|栋|幢|座|室|楼|层|户|排))"
)
_REGION = r"(?:[^\W_省市州县区旗]{1,8}(?:自治[区州县]|省|市|州|县|(?<![小社])区|旗)){0,4}"
_LIVES = (
    r"(?:现住址|家庭住址|户籍地址|通讯地址|收货地址|住址|(?<!报名)(?<!上课)(?<!考试)(?<!单位)(?<!公司)(?<!培训)地址|"
    r"户口在|户籍在|家住|我住|住在|现住|家在|老家在|寄到|邮寄到|快递到)"
)

ADDRESSES: tuple[tuple[str, str, str], ...] = (
    (
        "address_said",
        "〔地址〕",
        rf"(?P<keep>{_LIVES}[:是为在\s]{{0,3}}{_REGION})"
        rf"(?:{_PLACE}{{1,4}}\s?(?:{_NUMBERED}\s?){{0,6}}|(?:{_NUMBERED}\s?){{1,6}})",
    ),
    (
        "address",
        "〔地址〕",
        rf"(?P<keep>[省州市县区旗]){_PLACE}{{1,4}}\s?(?:{_NUMBERED}\s?){{1,6}}(?![令文开上前之内起])",
    ),
)


def compiled(pieces: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str, re.Pattern[str]]]:
    """The table with its patterns ready to use."""
    return [(name, placeholder, re.compile(regex)) for name, placeholder, regex in pieces]
