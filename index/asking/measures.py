"""What a question for a figure is counted in: 多少张 → figures with 张, 什么时候 → dates, 奖多少 → money, 比例 → shares."""

from __future__ import annotations

import re
from functools import lru_cache

MEASURE = "个次年月天日倍成名人户家所张项米元亩斤座处公里村镇县区场支岁小时学时平方级档度条件台辆套对件"
MEASURED = frozenset("%％元亩顷里米吨斤克升瓦伏个名人户家所张处座台套辆间栋场床位天日月年次周时分倍")  # one of these a figure that a question states has behind it
ALIKE = ("名人位", "条件起宗", "家户", "座处", "台辆部", "场次")  # measures that count the same things
OF_PLACES = "家所处座间"  # measures of houses and sites, which texts count by one another
MORE = "门吨份只头株篇笔间栋幢款棵位席分盏口根块班期顿部"  # measures that count only behind figures: 三位一体 has none
GIVEN = ("给予", "补助", "补贴", "奖励", "奖补", "贴息", "资助", "罚", "倾斜", "分担", "承担", "报销", "返还", "减免", "补偿", "配套", "拨", "发放", "救助", "支付", "出资", "投入")
NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十百千]{1,5})"
NO_MEASURE = (
    r"(?!成[果本员绩效品就长立]|人[才员口力群均们]|家[庭具长]|名[额单录称]|项目|场[所地馆景]|条[款例]|处[罚理]|户籍|所[得有]|台账|对象|年[级限度份]|日常|时间|区[域县]|级别|村[民级]|市[场级民]"
    r"|支[出持队付]|元素|次数|个体|张贴|门[店诊槛类]|部门|份额|分[数值担摊配析类支之]|位置|班级|班子|期[限货]|口[岸径]|块[地钱]|头衔|间[隔距]|度假|度汛|日期|月份|米面|里程|件数|档案|款项|部[分委队署件位级属]|款式)"
)  # 多少成果 asks for no 成


@lru_cache(maxsize=1)
def dates() -> re.Pattern[str]:
    """What answers a question for a time."""
    return re.compile(r"[0-9]{4}\s?年|[0-9]{1,2}\s?月|底前|期末|[0-9一二两三四五六七八九十]{1,8}\s?(?:年|个月|个?工作日|天|日)内|过渡期")


@lru_cache(maxsize=1)
def calendar() -> re.Pattern[str]:
    """A day, month or year of the calendar, which answers 什么时候 better than a number of days."""
    return re.compile(r"[0-9]{4}\s?年|[0-9]{1,2}\s?月")


@lru_cache(maxsize=1)
def when() -> re.Pattern[str]:
    """What asks for a time of the calendar."""
    return re.compile(r"什么时[候间]|啥时候|何时|几时|多会儿|哪一?年|哪一?天|哪个?月|哪个?季度|几月|几号(?!文)")


@lru_cache(maxsize=1)
def sums() -> re.Pattern[str]:
    """What asks for a sum of money by the verb that gives or takes it, with or without its unit: 奖多少, 资助多少万; no number of people or things."""
    noun = r"(?:资助|奖励|补贴|补助|扶持|罚款|津贴|奖金|投入|投资|安排|拨付?)"
    return re.compile(
        rf"(?:{noun}|[奖补罚贷领拿发给赔])[^，。；？?多几]{{0,4}}(?:多少|几)(?:[千百十]?万|亿|千|百)?元?(?:钱)?(?=$|[，。；、？?的呢吗啊])"
        r"|(?:多少|几)(?:[千百十]?万|亿|千|百)?元?的?[^，。；？?名个家项次户张]{0,5}(?:补贴|补助|奖励|奖金|津贴|罚款|罚金|资助)(?=$|[，。；、？?呢吗啊])"
    )


@lru_cache(maxsize=1)
def money() -> re.Pattern[str]:
    """A sum of money."""
    return re.compile(r"[0-9一二两三四五六七八九十百千万]\s?(?:多|余)?[万亿千百]*元")


def must_match(question: str) -> bool:
    """Whether only what has the measure asked for answers: a time, how often, how much money, how many of what is counted by its own measure."""
    if re.search(rf"(?:多少|几)[万亿千百]?{NO_MEASURE}(?!个)[{MEASURE}]", question):  # 多少户: 7度 is no number of households
        return True
    if re.search(r"比例|占比|百分之|百分比", question) and not re.search(r"分担|分摊|怎么分", question):  # 1.5倍 is no share
        return True
    if sums().search(question):
        return True
    return bool(re.search(r"多久|频次|频率|几次|多少次|多少钱|几块钱|多少元", question)) or wanted_measure(question) is dates()


def asks_money(question: str) -> bool:
    """Whether a question asks how much money there is for something, which a share of it answers too: 协作资金要多少, not 多少人."""
    return bool(re.search(r"(?:资金|经费|投资|投入)[^，。；]{0,6}(?:多少|几[万亿千百])(?![个名人户家次张])", question)) or sums().search(question) is not None


def gives(question: str, sentence: str) -> bool:
    """Whether a share in a sentence can answer what is asked of money: 奖多少 is answered by a share that is given or paid, not by one to be reached."""
    return sums().search(question) is None or any(w in sentence for w in GIVEN)


@lru_cache(maxsize=1)
def shares() -> re.Pattern[str]:
    """Figures that are shares."""
    return re.compile(r"[0-9]\s?(?:%|％|‰|个百分点)|百分之|[0-9][:：∶][0-9]")


@lru_cache(maxsize=64)
def wanted_measure(question: str) -> re.Pattern[str] | None:
    """The measure that a question asks for: 多少张 → figures with 张, 什么时候 → dates, 比例 → shares; None when it says none."""
    if re.search(r"(?<!完成)(?<!截止)(?:期限|时限)|公示期", question) and not (when().search(question) or re.search(r"截止|最晚|最迟|到期|年底前", question)):
        return re.compile(rf"{dates().pattern}|(?:[0-9]+|[一二两三四五六七八九十]+)\s?个?(?:工作日|天|日|个月|月|年)")
    timed = when().search(question) or re.search(r"期限|截止|时限|最晚|最迟|到期|年底前(?![^，。；]{0,12}(?:多少|几))", question)
    if timed and not re.search(r"到期[^，。；]{0,6}(?:多少|几)(?:年|个月|天)", question):
        return dates()
    if re.search(r"多久|多长时间", question) and not re.search(r"多久[^，。；]{0,8}(?:[几一]次|一回|一遍)|频", question):  # 最长多久, not 多久一次
        number = r"(?<![0-9.月])(?!(?:19|20)[0-9]{2}\s?年)(?:[0-9]{1,4}(?:\.[0-9])?|[一二两三四五六七八九十半]+)"  # no year, no day of a month
        return re.compile(rf"{number}\s?(?:个?工作日|个半?月|个?季度|年|天|日|小时|分钟|周)")
    if re.search(r"多久|频次|频率|[几多][次少]次|几次", question):
        return re.compile(r"每(?:个?季度|半年|年|月|周|天|日)(?!\s?[0-9]{1,2}\s?[月日])|[0-9一二两三四]\s?次(?!性)")
    of_share = re.search(rf"比例|百分|占比|率|几成|几个点|占(?:了|到)?多少(?![{MEASURE}平万亿千百])", question)
    if of_share and (sums().search(question) is None or re.search(r"百分|几成|几个点|(?:比例|占比|率)[^，。；？?]{0,4}(?:多少|几)|(?:多少|几)[^，。；？?]{0,4}(?:比例|占比|率)", question)):
        return shares()  # 超比例安排就业奖多少: a sum
    return _counted(question)


def _counted(question: str) -> re.Pattern[str] | None:
    """The measure by which a question counts things or money; None when it says none."""
    asked = re.search(rf"(?:多少|几|多大|多长|多远|多久)(?:[万亿千百])?{NO_MEASURE}([{MEASURE}{MORE}])([一-龥]?)", question)
    explicit = asked is not None and asked.group(1) not in "元个"  # 收入线是标准的几倍: no money
    if sums().search(question) or (
        not explicit and re.search(r"多少钱|几块钱|补多少|金额|补贴|补助|标准|收入|资金|筹|奖励|奖金|津贴|罚款", question) and not re.search(rf"多少[万亿千百]?(?!元){NO_MEASURE}[{MEASURE}平]", question)
    ):
        return money()
    if asked is None:
        return None
    if asked.group(1) == "个" and asked.group(2) and asked.group(2) not in "的呢吗啊":
        return re.compile(rf"{NUMBER}\s?(?:多|余)?[万亿千百]*个?[^，。；]{{0,6}}?{asked.group(2)}")
    if asked.group(1) in "县市区镇乡村户":  # a share of them answers too: 65%以上的县
        return re.compile(rf"{NUMBER}\s?(?:多|余)?[万亿千百]*{asked.group(1)}|[0-9]\s?[%％](?:以上|以下|左右)?(?:的|[，。；、]|$)")
    if asked.group(1) in "天日":
        return re.compile(rf"{NUMBER}\s?(?:个?工作日|天|日)")
    alike = next((group for group in ALIKE if asked.group(1) in group), asked.group(1))
    placed = r"|(?:" + NUMBER + r"\s?(?:多|余)?[万亿千百]*(?:[个家所处座间])(?=以上|以下|左右|[，。；、,;\s（(]|$))" if asked.group(1) in OF_PLACES else ""  # 多少家: 新建驿站60个
    return re.compile(rf"{NUMBER}\s?(?:多|余)?[万亿千百]*[{alike}]{placed}")


def over_years(question: str) -> bool:
    """Whether a sum over several years is asked for (三年一共多少部), no figure of each: 每年, 一年."""
    if re.search(r"每|一年|年均", question):
        return False
    return any(w in question for w in ("一共", "总共", "累计", "合计", "总计")) or re.search(r"[两三四五]年(?:里|内|间|期间|下来|打算|计划|要|共)", question) is not None


@lru_cache(maxsize=1)
def each_time() -> re.Pattern[str]:
    """What a figure is asked by, behind what it is of: 传承人一年能拿多少."""
    return re.compile(r"(?<=[一-龥]{2})(?:一年|一个月|一天|一学期|一人|一户|每(?:亩|人|户|公里|平方米|吨|张|名|次|个)|(?:每个?月|每年|每天|每季度?)(?:[发领拿给补]|能领|能拿))(?=\s|$)")


@lru_cache(maxsize=1)
def part_of_year() -> re.Pattern[str]:
    """A quarter or half of a year by whose end something is asked for."""
    return re.compile(r"[到至在]?(?<![每各两])(第?[一二三四]季度|上半年|下半年)(?:末|底)?(?:之?前)?")


@lru_cache(maxsize=1)
def how_many() -> re.Pattern[str]:
    """What asks how many of what stands behind it, which is none of it: 多少名 of 多少名学员."""
    return re.compile(rf"(?:多少|几){NO_MEASURE}(?:[名户家张项亩座处镇县区场条台辆套对件艘顶床](?=[一-龥]{{2}})|[门吨份株篇栋幢款棵盏部](?=[一-龥])|[万亿千百]?(?:平方公里|平方米|立方米|公里|公顷|亩|吨|千瓦)的?(?=[一-龥]{{2}})|(?:公里|里|米|小时|个?工作日|天|日|个?月|岁)(?:范围)?(?:以内|之内|以外|之外|内|外)(?=[一-龥]{{2}}))|一[部台套户亩张辆件头只人](?=补|给|奖|发)")


@lru_cache(maxsize=1)
def no_more_than() -> re.Pattern[str]:
    """What bounds the figure that is asked for, right before it: 不能超过 of 合同最长不能超过几年."""
    return re.compile(r"(?:不能|不得|不可以?|不应|不许|不准|不)?(?:超过|低于|少于|高于|多于|晚于)(?=多少|几)")


@lru_cache(maxsize=1)
def age_asked() -> re.Pattern[str]:
    """The age of somebody for whom is asked, no band of ages: 95岁老人."""
    return re.compile(r"(?<![0-9至到-])([0-9]{1,3})周?岁(?!以上|及以上|以下|[至到-])(?=的?[一-龥])")


def may_state(question: str) -> bool:
    """Whether a question can state a figure at all; patterns cost more than most questions are worth."""
    return "百分之" in question or (any(c.isdigit() for c in question) and any(w in question for w in MEASURED))
