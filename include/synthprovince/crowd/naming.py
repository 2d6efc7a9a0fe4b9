"""The true names of homes and children: Han names by popularity, siblings and twins alike, names with dots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthprovince.chance import Numbers, Truths
from synthprovince.crowd import characters
from synthprovince.crowd.characters import Letters
from synthprovince.crowd.families import Children, Homes

WIDTH = 28
"""Code points a name may have at most, with all that clerks add."""
NAME = f"U{WIDTH}"
PLAIN = ("汉", "回", "满", "土家", "苗", "壮", "彝")
DOTTED = ("维吾尔", "哈萨克", "藏", "蒙古")
ETHNICITIES = PLAIN + DOTTED
SHARES = (0.935, 0.014, 0.006, 0.003, 0.003, 0.002, 0.002, 0.017, 0.004, 0.008, 0.006)
ONE_CHARACTER, POPULAR, GENERATION, TWINS_ALIKE, MOTHERS, BOTH = 0.11, 0.09, 0.22, 0.5, 0.07, 0.006
"""Given names of one character, from the fashionable list; homes that share one; surnames of mothers, of both."""

UYGHUR_MEN = characters.listed(
    "阿迪力 买买提 艾力 吐尔逊 库尔班 阿卜杜拉 阿卜杜热合曼 阿不都外力 阿布来提 艾尼瓦尔 艾合买提 艾山",
    "玉苏甫 依明 卡德尔 热合曼 肉孜 沙吾提 吾买尔 伊敏 亚森 祖农 木合塔尔 努尔麦麦提 麦麦提明 麦麦提江",
    "阿力木 阿力木江 艾则孜 帕尔哈提 迪力木拉提 凯赛尔 木拉提 赛买提 塔依尔 吐尼亚孜 乌斯曼 西尔艾力 亚力坤",
    "伊力亚尔 再努尔 扎克尔 居来提 吉力力 哈力克 哈斯木 安外尔 艾克拜尔 阿卜力孜 阿卜杜萨拉木 阿卜杜克热木",
    "阿卜杜外力 阿巴拜克日 伊布拉音 伊斯马伊力 穆萨 穆太力甫 萨迪克 约麦尔 托合提",
)
UYGHUR_WOMEN = characters.listed(
    "古丽娜尔 阿依努尔 米娜瓦尔 帕提古丽 热依汗 阿依古丽 古丽巴哈尔 古丽加玛丽 阿米娜 阿瓦古丽 比丽克孜",
    "布维海力且木 迪丽努尔 迪丽拜尔 古丽皮亚 古丽仙 海日古丽 吾丽亚提 凯丽比努尔 玛依努尔 麦尔耶姆 米热古丽",
    "木尼热 努尔比亚 努尔古丽 帕丽达 热孜亚 茹仙古丽 赛比努尔 沙拉买提 苏比努尔 塔吉古丽 图尔荪古丽 夏依旦",
    "伊帕尔古丽 祖丽胡玛尔 祖丽皮亚 再乃普 阿孜古丽 阿尔孜古丽 布合丽其 古丽米热 哈丽旦 吉米丽古丽 卡米拉",
    "拉扎提 美丽古丽 姑丽巴努",
)
TIBETAN = characters.listed(
    "扎西 次仁 多吉 丹增 平措 旺堆 卓玛 央金 拉姆 德吉 白玛 曲珍 尼玛 达瓦 格桑 洛桑 顿珠 旦增 强巴 索朗",
    "次旦 边巴 仓决 普布 嘎玛 桑珠",
)
MONGOL_MEN = characters.listed(
    "巴特尔 苏和 朝鲁 那日苏 阿古拉 孟和 呼格吉勒 宝音 阿拉坦 特木尔 布和 乌力吉 哈斯 额尔敦 吉日嘎拉 朝格图",
    "毕力格 青格勒",
)
MONGOL_WOMEN = characters.listed(
    "乌云 其其格 娜仁 萨日娜 高娃 乌兰 托娅 斯琴 娜仁图雅 萨仁 塔娜 阿丽玛 苏日娜 乌日娜 格日勒 琪琪格",
)


@dataclass(frozen=True)
class Names:
    """True names. Of homes: `adults` (father, mother, grandparent); of children the rest."""

    adults: Letters
    ethnicity: Numbers
    """Of homes, as a place in ETHNICITIES."""
    name: Letters
    surname_length: Numbers
    """0 for a name without a surname."""
    dotted: Truths


def name_all(rng: np.random.Generator, homes: Homes, children: Children) -> Names:
    """Name everybody of some homes."""
    count = len(homes.home)
    ethnicity = rng.choice(len(ETHNICITIES), count, p=SHARES)
    fathers, mothers, others = (_surnames(rng, count) for _ in range(3))
    adults = np.stack(_adults(rng, homes, fathers, mothers, others), axis=1)
    of_home = children.home
    surname = _child_surnames(rng, fathers, mothers)[of_home]
    name = np.strings.add(surname, _given(rng, children, count)).astype(NAME)
    length = np.strings.str_len(surname).astype(np.int64)
    dotted = ethnicity[of_home] >= len(PLAIN)
    for group in DOTTED:
        rows = np.flatnonzero(ethnicity == ETHNICITIES.index(group))
        _name_dotted(rng, group, rows, children, adults, name)
    return Names(adults, ethnicity, name, np.where(dotted, 0, length), dotted)


def _surnames(rng: np.random.Generator, count: int) -> Letters:
    letters, weights = characters.surnames()
    chosen: Letters = rng.choice(letters, count, p=weights)
    return chosen


def _adults(
    rng: np.random.Generator, homes: Homes, fathers: Letters, mothers: Letters, others: Letters
) -> tuple[Letters, Letters, Letters]:
    men = _adult_given(rng, characters.ADULT_MEN, len(fathers), 0.34)
    women = _adult_given(rng, characters.ADULT_WOMEN, len(fathers), 0.30)
    old_men = _adult_given(rng, characters.OLD_MEN, len(fathers), 0.15)
    old_women = _adult_given(rng, characters.OLD_WOMEN, len(fathers), 0.12)
    grandfather = homes.sequence[:, 2] % 2 == 1
    old = np.strings.add(np.where(grandfather, fathers, others), np.where(grandfather, old_men, old_women))
    return np.strings.add(fathers, men).astype(NAME), np.strings.add(mothers, women).astype(NAME), old.astype(NAME)


def _adult_given(rng: np.random.Generator, pool: str, count: int, alone: float) -> Letters:
    letters, weights = characters.ranked(pool)
    first, second = (rng.choice(letters, count, p=weights) for _ in range(2))
    return np.strings.add(first, np.where(rng.random(count) < alone, "", second))


def _child_surnames(rng: np.random.Generator, fathers: Letters, mothers: Letters) -> Letters:
    chance = rng.random(len(fathers))
    both = np.strings.add(fathers, mothers)
    own = np.where(chance < MOTHERS, mothers, fathers)
    is_both = (chance > 1 - BOTH) & (np.strings.str_len(both) == 2)
    return np.where(is_both, both, own)


def _given(rng: np.random.Generator, children: Children, homes: int) -> Letters:
    """Given names; siblings may share the first character, twins either, and never the whole name."""
    male = children.male == 1
    first, second = _character(rng, male), _character(rng, male)
    every = np.ones(homes, dtype=bool)
    shares = rng.random(homes) < GENERATION
    common = np.where(rng.random(homes) < 0.5, _character(rng, every), _character(rng, ~every))
    alike = (rng.random(homes) < TWINS_ALIKE)[children.home] & children.twin
    at_first = (rng.random(homes) < 0.6)[children.home]
    first = np.where((shares[children.home] & ~alike) | (alike & at_first), common[children.home], first)
    second = np.where(alike & ~at_first, common[children.home], second)
    bound = shares[children.home] | alike
    alone = ~bound & (rng.random(len(male)) < ONE_CHARACTER)
    fashion = ~bound & (rng.random(len(male)) < POPULAR)
    popular = np.array(characters.POPULAR)
    ranks = 1.0 / (np.arange(len(popular)) + 4)
    given = np.strings.add(first, np.where(alone, "", second))
    given = np.where(fashion, rng.choice(popular, len(male), p=ranks / ranks.sum()), given)
    twin = np.r_[False, children.birth[1:] == children.birth[:-1]]
    while (same := twin & (given == np.r_[given[:1], given[:-1]])).any():
        given = np.where(same, np.strings.add(first, _character(rng, male)), given)
    return given


def _character(rng: np.random.Generator, male: Truths) -> Letters:
    boys, girls = (rng.choice(letters, len(male), p=weights) for letters, weights in map(
        characters.ranked, (characters.BOYS, characters.GIRLS)))  # fmt: skip
    return np.where(male, boys, girls)


def _name_dotted(
    rng: np.random.Generator, group: str, rows: Numbers, children: Children, adults: Letters, name: Letters
) -> None:
    """Replace the names of the homes of one group, in place."""
    if not len(rows):
        return
    men, women = _lists(group)
    fathers, grandfathers = _skewed(rng, men, len(rows)), _skewed(rng, men, len(rows))
    adults[rows, 0] = _join(group, fathers, grandfathers)
    adults[rows, 1] = _join(group, _skewed(rng, women, len(rows)), _skewed(rng, men, len(rows)))
    adults[rows, 2] = _join(group, grandfathers, _skewed(rng, men, len(rows)))
    place = np.full(len(adults), -1)
    place[rows] = np.arange(len(rows))
    own = np.flatnonzero(place[children.home] >= 0)
    boys = children.male[own] == 1
    first = np.where(boys, _skewed(rng, men, len(own)), _skewed(rng, women, len(own)))
    last = fathers[place[children.home[own]]] if group != "藏" else _skewed(rng, men, len(own))
    name[own] = _join(group, first, last)


def _lists(group: str) -> tuple[list[str], list[str]]:
    if group == "藏":
        return TIBETAN, TIBETAN
    return (MONGOL_MEN, MONGOL_WOMEN) if group == "蒙古" else (UYGHUR_MEN, UYGHUR_WOMEN)


def _skewed(rng: np.random.Generator, pool: list[str], count: int) -> Letters:
    weights = 1.0 / (np.arange(len(pool)) + 12.0)
    chosen: Letters = rng.choice(np.array(pool), count, p=weights / weights.sum())
    return chosen


def _join(group: str, first: Letters, last: Letters) -> Letters:
    """Tibetan names stand together, Mongol ones mostly alone, the others take the father's after a dot."""
    if group == "蒙古":
        return first
    return np.strings.add(first, last if group == "藏" else np.strings.add("·", last))
