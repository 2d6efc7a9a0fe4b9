"""What names are written with: characters by popularity, and which of them clerks hear, see or type for one another.

Popularity is this project's own ordering, weights fall with rank; surnames and their weights are faker's (MIT).
Readings come from pypinyin, traditional forms from OpenCC; look-alikes, variants and rare characters are listed here.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import opencc
import pypinyin
from faker.providers.person.zh_CN import Provider

Letters = npt.NDArray[np.str_]
Weights = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint32]


def listed(*lines: str) -> list[str]:
    """Words of lines, which are divided by spaces."""
    return " ".join(lines).split()


BOYS = (
    "浩宇轩子博文俊泽昊睿铭杰天瑞晨佳明嘉家皓梓然涵一辰鑫鹏航志豪凯旭阳翔龙毅恒奕霖沐逸安峻成诚哲晟煜熙宸林森"
    "洋帆帅飞超强伟磊涛斌锋峰亮勇军建国华海波江河山松柏楠桐樟栋梁材钧钰锦程鸿鹤云起星昱晗曦朗清源泉润浚澄泓深"
    "淳渊沛涌健康乐宁平和顺福禄祥吉庆喜兴旺昌盛荣贵富宝财珂琦琛琨瑜璟璋瑾玮珉玺理琅信义仁礼智德忠孝廉正直方端"
    "肃敬谦让恭宽厚朴素真实笃行知思学书墨砚翰卷语言诺谨慎勤奋勉励向尚尊崇弘宏大广远长久永世代传承继续绍业功勋"
    "章彰显耀辉光灿烂炎焱炜烨炫焕煊照景晖晏晁时春夏秋冬岩岳峥嵘巍崇岭屹岚川溪湖洲野原田禾苗稷穆秦楚齐鲁晋燕赵"
    "韩魏唐宋元明康雍乾隆启祺祯祐佑佐佰倾伦伯仲叔季少壮元亨利贞震坤乾艮离坎巽兑东南西北中卫冠军将帝君臣士卿相"
    "侯彦儒雅风雷霆霄震霁雨露雪霜冰寒剑戈武威猛刚烈雄虎豹鹰鹏骏骐骥驰骋跃腾奔迅捷敏锐利器金银铜铁钢鉴镇铮锐铠"
    "钊钦琪淇麒棋旗奇佟彤同童统"
)
GIRLS = (
    "欣怡梓涵萱诗琪雨桐梦瑶佳琳思雅静语嫣子墨菲妍悦颖馨可婷蕊若曦依诺艺舒然紫函嘉雪洁云一诺心妙优璇月玥彤晨晴"
    "萌美玲丽娜芳敏燕艳红霞秀英华慧巧凤兰翠玉珍珠环瑛琼瑾瑜璐瑗珂珊珺琬琰璟莹滢盈颜娇娟娅媛婉婧婕姝妤姗姣娴婵"
    "媚妮娉婀嫦婳薇蔓蓉莲荷菊梅桃杏柳榕楠枫棠樱桂莉茉芷芸芮芊芙苒苗茵茜茹荣萍菁菀葵蓓蕾蕙薰芝芬花草叶春夏秋冬"
    "露霜冰清湘沁沐沛泽洋涟淇淑淼渝溪滟漫潇澜灵琴书画诗词歌舞音乐韵律弦笙筝箫文学知识睿智聪念忆恩爱惜怜情意愿"
    "希望安宁平和祥瑞福禧喜欢乐笑朵果米糖甜蜜糯暖阳光晓昕昭映晗旻昱晞星辰宇宙宸亦以伊予羽钰毓语允卓君妃后妹姐"
    "女贝倩俏伶俐仙佩佳倚凝净初夕夜千百万双元圆团媛如意纤缦缤纷绮绣锦线丝素织绫紫青蓝碧绿翡霓虹丹彩绚斓丽雯霏"
    "霖雁莺鹂燕鹭鸽鸿雀蝶蝉秋晚楚"
)
ADULT_MEN = (
    "伟强磊洋勇军杰涛超明刚平辉鹏飞波斌宇浩凯健俊帅海峰亮建国志永文德春东华林龙成荣福贵富财宝生来根长保喜庆新"
    "民卫红兵建设利民学忠义"
)
ADULT_WOMEN = (
    "芳娜敏静秀英丽艳娟霞燕玲桂兰红梅莉萍玉珍凤琴云洁慧婷雪琳颖晶倩文荣华春香菊花爱素淑巧翠改变霞青晓小利君会杰平芬彩"
)
OLD_MEN = "德福贵有根长发全树喜连庆文明义忠国振洪金银水生来顺保成正中学世永兴财旺廷玉广克守占付清海山林木田春秋"
OLD_WOMEN = "秀桂玉英兰珍凤芳芝荣花梅莲菊香素淑爱翠云琴美金银喜改巧变妮枝霞琼贞娥仙姣春秋冬雪先清俊大小"
POPULAR = listed(
    "梓涵 子轩 浩然 欣怡 宇轩 梓萱 雨桐 子涵 一诺 诗涵 浩宇 宇航 梓豪 佳怡 思涵 俊杰 可馨 雨欣 子墨 梦瑶",
    "浩轩 博文 紫涵 佳琪 子豪 若曦 奕辰 沐宸 依诺 语桐 铭泽 思远 嘉怡 皓轩 诗琪 语嫣 明轩 佳豪 家豪 梓轩",
    "俊熙 梓睿 晨曦 瑞泽 雨泽 艺涵 雅婷 静怡 心怡 子晴 天佑 佳乐 一鸣 雨辰",
)
COMPOUND = {
    "欧阳": 6,
    "上官": 4,
    "司马": 3,
    "诸葛": 2,
    "皇甫": 2,
    "令狐": 1,
    "尉迟": 1,
    "司徒": 1,
    "公孙": 1,
    "夏侯": 1,
    "东方": 1,
}
RARE = "䶮㛃堃喆犇淼龑翀叕赟昇瓅珺琤玥翯彧煊頔暐燊垚旸嫄婳媱怹甯玘祎翎珩祺玙韪璠澍昶"
"""Characters old systems lacked."""
VARIANTS = dict(
    zip(
        "峰群杰升哲晋秘烟栖坤粦咏绣锈泛鉴岳沈阎萧傅戴闫肖付蓝於邱丘",
        "峯羣傑昇喆晉祕煙棲堃燐詠繡鏽汎鑑嶽沉闫肖付代阎萧傅兰于丘邱",
        strict=True,
    )
)
LOOK_ALIKE = listed(
    "己已巳 末未 土士 日曰 人入八 治冶 戊戌戍 颖颍 昊吴 奕弈 博搏 洋样 晴睛 婷停 浩洁 佳住 瑶遥 莹营 瑞端",
    "宇字 天夭 大太 王玉 千干 清请 辰晨 候侯 刺剌 折拆 兔免 贝见 季李 梁粱 祎袆 淮准 徽微 晓哓 萱宣 轩杆",
    "铭铬 泽译 睿容 诺若 涵函 梓样 琪棋 妍研 怡恰 雯零 彤形 芮芬 苒再 茜西 茵因 楠南 桐铜 林材 森淼 沐沭",
    "沛浦 沁心 泓弘 洁结 涛寿 淇其 淳谆 渊洲 湘相 溪奚 潇萧 瀚翰 炎炙 炜伟 烨华 焕换 煜昱 熙照 玥钥 珂坷",
    "珊册 琳林 琛深 瑜愉 璇旋 璐路 皓浩 眉盾 磊品 祥样 程呈 穆稳 立丘 竹什 笑答 素紫 红江 纯钝 绍招 维推",
    "美姜 翔祥 耀跃 胜性 航般 艳绝 艺芝 若苦 英荚 莉利 菲非 萌明 蕊芯 薇微 蓉容 虎虚 袁哀 裕浴 豪毫 贺货",
    "赵起 迪油 逸免 郑邓 鑫金 锋峰 锦绵 阳旧 陈阵 雅稚 雪雷 霖霏 静睁 韦书 顺须 馨声 骏俊 鸿鸡 鹏朋 龙尤",
    "丽而 丹舟 云去 仁任 伟纬 俊浚 健建 凡几 凯剀 力刀 勇甬 华毕 卓桌 博傅 可司 启后 嘉喜 国围 坤绅 垚尧",
    "娜那 娟捐 婉碗 媛缓 子于 孟盂 宁宇 安妥 宏宠 宸辰 小少 岩若 峻俊 巧功 帆机 帅师 平乎 庆床 康庸 张弘",
    "彦颜 徐除 志忘 忠患 思恩 恒桓 恺凯 悦说 慧彗 成戍 振震 敏繁 文又 新亲 方万 旭旮 旺汪 明朋 星是 春舂",
    "晗哈 智暂 月用 朱未 杨扬 杰态 松忪 柏伯 栋株 梅海 梦楚 欣欢 毅殷 永水 江红 汪注 沈沉 波泼 洪供 海悔",
)
COMMON = "".join(bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)
                 if (high, low) < (0xD7, 0xFA) and not (high == 0xD7 and low > 0xF9))  # fmt: skip
"""The everyday characters of GB 2312, level 1."""
ENDINGS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"))
"""What many speakers of the province do not tell apart."""
CHOICES = 6
"""Most alternatives kept for one character."""
SIZE = 0x10000


def ranked(text: str) -> tuple[Letters, Weights]:
    """Characters in order of popularity and shares that fall with rank; shares sum to one."""
    letters = np.array(list(dict.fromkeys(text)))
    weights = 1.0 / (np.arange(len(letters)) + 9.0) ** 1.15
    return letters, weights / weights.sum()


@functools.cache
def surnames() -> tuple[Letters, Weights]:
    """Surnames and their shares."""
    weights = {str(name): float(weight) for name, weight in Provider.last_names.items()}
    weights |= {name: weight * 0.01 for name, weight in COMPOUND.items()}
    shares = np.array(list(weights.values()))
    return np.array(list(weights), dtype="U2"), shares / shares.sum()


@functools.cache
def pinyin() -> Letters:
    """Toneless reading by code point, empty where there is none."""
    table = np.zeros(SIZE, dtype="U6")
    for letter in _known():
        table[ord(letter)] = pypinyin.lazy_pinyin(letter)[0]
    return table


@functools.cache
def homophones() -> Codes:
    """Alternatives (code point × CHOICES, 0 for none) that sound alike, the near ones last."""
    groups: dict[str, list[str]] = defaultdict(list)
    readings = pinyin()
    for letter in _known():
        groups[_slurred(readings[ord(letter)])].append(letter)
    chosen = "".join(dict.fromkeys(BOYS + GIRLS))
    return _table(
        (letter, sorted(set(group) - {letter}, key=lambda other: (other not in chosen, readings[ord(other)]
         != readings[ord(letter)], other)))
        for group in groups.values() for letter in group
    )  # fmt: skip


@functools.cache
def look_alikes() -> Codes:
    """Alternatives that look alike, as `homophones`."""
    found: dict[str, list[str]] = defaultdict(list)
    for group in LOOK_ALIKE:
        for letter in group:
            found[letter] += [other for other in group if other != letter and other not in found[letter]]
    return _table(found.items())


@functools.cache
def traditional() -> Codes:
    """Traditional form by code point; itself where there is none."""
    table = np.arange(SIZE, dtype=np.uint32)
    letters = _known()
    converted = opencc.OpenCC("s2t").convert(letters)
    for letter, other in zip(letters, converted, strict=True):
        table[ord(letter)] = ord(other)
    return table


@functools.cache
def variants() -> Codes:
    """Another form in use by code point; itself where there is none."""
    table = np.arange(SIZE, dtype=np.uint32)
    for letter, other in VARIANTS.items():
        table[ord(letter)] = ord(other)
    return table


@functools.cache
def _known() -> str:
    adults = ADULT_MEN + ADULT_WOMEN + OLD_MEN + OLD_WOMEN
    return "".join(dict.fromkeys(COMMON + BOYS + GIRLS + adults + RARE + "".join(surnames()[0])))


def _slurred(reading: str) -> str:
    for written, heard in ENDINGS:
        reading = reading.replace(written, heard)
    return reading


def _table(pairs: Iterable[tuple[str, list[str]]]) -> Codes:
    table = np.zeros((SIZE, CHOICES), dtype=np.uint32)
    for letter, others in pairs:
        for place, other in enumerate(others[:CHOICES]):
            table[ord(letter), place] = ord(other)
    return table
