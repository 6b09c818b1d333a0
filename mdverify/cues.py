r"""What authors say in words about their formulas: the tables that `prose` reads with.

Prose is matched with every formula replaced by one character: `DIMS` for a formula that is only a size
such as `m\times n`, `SIZE` for a single letter or number, `INLINE` for any other, `DISPLAY` for a display.
In the patterns `{F}` and `{G}` are a formula or a list of them, `{D}` is a size, `{Z}` a pair of sizes.
Chinese and English stand side by side in one pattern where they say the same thing; notes in some other
languages are read in the English words of `languages`. Predicates, frames and
phrases are looked for in prose in small letters, so that they are written in small letters themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DISPLAY, DIMS, SIZE, INLINE = "\ue000", "\ue001", "\ue002", "\ue003"
_M = f"[{SIZE}{INLINE}]"
_ITEM = rf"{_M}(?:\s?[(（]{DIMS}[^()（）]{{0,40}}[)）])?"
_LIST = (
    rf"{_ITEM}(?:\s*[,，、]\s*{_ITEM}){{0,11}}+"
    rf"(?:\s*[,，]?\s*(?:(?:and|or)(?![a-z])|&|[和与及或と]|以及)"
    rf"\s*(?:the )?{_ITEM})?"
)
_LETTER = rf"(?:{SIZE}|\d+|(?<![a-zA-Z])[b-zB-Z](?![a-zA-Z]))"
_ROW_COLUMN = r"(?:\s*(?:x|×|[- ]by[- ])\s*|\s*行\s*)"
_HOLES = {
    "{F}": f"(?P<f>{_LIST})",
    "{G}": f"(?P<g>{_LIST})",
    "{1}": f"(?P<f>{_M})",
    "{2}": f"(?P<g>{_M})",
    "{D}": f"(?P<d>{_LETTER})",
    "{Z}": f"(?:{DIMS}|{_LETTER}{_ROW_COLUMN}{_LETTER}(?:\\s*列)?)",
    "{X}": f"(?P<g>[{DISPLAY}{SIZE}{INLINE}])",
    "{M}": _M,
    "{L}": _LETTER,
}


def pattern(text: str) -> re.Pattern[str]:
    """A cue with its holes filled in, for prose in small letters: patterns for any case are slow to make."""
    for hole, regex in _HOLES.items():
        text = text.replace(hole, regex)
    return re.compile(text)


def unnamed(text: str) -> str:
    """A pattern for a part of a run: its holes filled in without names."""
    return text.replace("{D}", _LETTER).replace("{Z}", _HOLES["{Z}"])


_DIGITS = r"0\s?[/-]\s?1"
_ZERO_OR_ONE = rf"(?:0|zeros?)\s*(?:or|and|/|,|或者?|和|与|、|要么)\s*(?:1|ones?|{SIZE})"

# What a predicate is made of. A predicate is a run of these; each row found in it becomes a fact.

PROPERTIES = (
    (
        "asymmetric",
        r"non-?symmetric|unsymmetric|asymmetric|非对称|arbitrary|any square matri\w+|任意的?(?:方阵|矩阵)",
    ),
    ("skew-symmetric", r"skew-?symmetric|anti-?symmetric|[反斜]对称"),
    (
        "symmetric",
        r"symmetric(?:al)?|symmetry|(?<!cross[- ])covariances?(?: matri\w+)?|对称性?|(?<!互)协方差矩?阵"
        r"|symm?\.|対称(?:行列)?",
    ),
    ("positive-semidefinite", r"positive[- ]semi-?definite|psd|p\.s\.d\.|pos\. ?semi-?def\.|半正定|非负定"),
    ("positive-definite", r"positive[- ]definite|spd|p\.d\.|pos\. ?def\.|正定"),
    (
        "invertible",
        r"invertible|non-?singular|可逆|非奇异|正則(?:行列)?",
    ),
    (
        "full-column-rank",
        r"full column rank|(?:linearly )?independent columns|列满秩|满列秩|各?列(?:向量)?线性无关",
    ),
    ("full-row-rank", r"full row rank|(?:linearly )?independent rows|行满秩|满行秩|各?行(?:向量)?线性无关"),
    ("orthonormal-columns", r"orthonormal columns|各?列(?:向量)?(?:标准|单位|规范)正交|列正交"),
    (
        "orthogonal",
        r"orthogonal(?!\s*(?:to|project|complement|basis|decompos|direction|vector))"
        r"|unitary(?=\s*(?:$|[,.;:)]|matri))|[酉幺](?:正)?(?:矩阵|方阵|阵)|ユニタリ行列|直交行列|(?<![相互两彼])正交(?:矩阵|方阵|阵|(?=\s*(?:$|[,，.。;；、)）])))",
    ),
    (
        "unit",
        r"unit[- ](?:column[- ])?(?:vectors?|length|norm)|(?:norm|length) (?:one|1)|normali[sz]ed"
        r"|单位(?:列|行|法|方向)?向量|(?:模长?|长度|范数)(?:都|均)?(?:为|是|等于)\s*[1一]|单位长度",
    ),
    ("identity", r"identity(?: matri\w+)?|单位矩?阵"),
    (
        "diagonal",
        r"(?<!the )diagonal(?!\s*(?:entr|element|of|is|are))"
        r"|diagonal(?= matri)|对角(?:权|加权|协方差)?(?:矩阵|方阵|阵)|对角的",
    ),
    ("one-hot", r"one-?hot|1-hot|独热"),
    (
        "values:0,1",
        rf"(?:{_DIGITS}|zero[/-]one|boolean|binary)(?:[- ]valued)?"
        rf"(?=\s*(?:$|[,.;:)，。；、）]|masks?|matri|vector|variable|indicator|entries|weights|gates?|{_M}))"
        r"|indicator(?: variables?| masks?|(?= (?:matri|vector)))"
        r"|(?:whose |its )?(?:entr(?:y|ies)|elements?|components?|coordinates?)"
        r"(?: (?:are|is|in|be|being|equal to|equals?|takes?|taking|all|either|the|only|values?))*"
        rf" {_ZERO_OR_ONE}"
        rf"|(?:takes?|taking|with|only) (?:only )?(?:the )?values? {_ZERO_OR_ONE}|either {_ZERO_OR_ONE}"
        rf"|(?:only|of|just) zeros? and ones?"
        rf"|{_DIGITS}\s*(?:值|掩码|掩膜|遮罩|指示|标记|变量|开关|取值)*(?=\s*(?:$|[的,.;，。；、()（）]|矩阵|[列行]?向量|{_M}))"
        rf"|(?:二值(?!化|分类|交叉)|布尔)(?:的|掩码|掩膜|遮罩|指示|变量|开关)*|指示(?:变量|(?=矩阵|[列行]?向量))"
        rf"|的?(?:每个|各|所有|其)?(?:矩阵)?(?:元素?|分量|取值)(?:都|均|只|仅|能|要么|取值?|为|是|等于)*\s*{_ZERO_OR_ONE}"
        rf"|非\s*0\s*即\s*1|(?:只|仅)(?:能)?取值?(?:为)?\s*{_ZERO_OR_ONE}",
    ),
    (
        "mask",
        r"(?:(?:dropout|attention|causal|padding|sparsity|observation|selection|random) )?masks?(?![a-z])"
        r"|indicators?(?! function)|掩码|掩膜|遮罩|掩模",
    ),
    ("standard-basis", r"standard basis vectors?|标准基向量"),
    (
        "ones",
        r"all[- ]?ones?(?![a-z])|vectors? of (?:all )?ones"
        r"|全\s*[一1]\s*(?:列|行)?(?=向量)|元素全?都?为\s*1的",
    ),
    (
        "shares-of-rows",
        r"(?:row[- ])?stochastic matri\w+|row[- ]stochastic|rows? (?:all |each )?sums? to (?:one|1)"
        r"|(?:行)?随机矩阵|[每各]行(?:元素)?(?:之)?和(?:都|均)?(?:为|是|等于)\s*[1一]|行和(?:都|均)?(?:为|是|等于)\s*[1一]",
    ),
    (
        "shares-of-columns",
        r"column[- ]stochastic(?: matri\w+)?|columns? (?:all |each )?sums? to (?:one|1)"
        r"|[每各]列(?:元素)?(?:之)?和(?:都|均)?(?:为|是|等于)\s*[1一]|列和(?:都|均)?(?:为|是|等于)\s*[1一]",
    ),
    ("probability", r"probability vectors?|概率向量|sums? to (?:one|1)|(?:元素|分量)之和(?:为|等于|是)\s*1"),
    ("permutation", r"permutation matri\w+|置换矩?阵"),
    ("idempotent", r"idempotent|幂等"),
    ("upper-triangular", r"upper[- ]triangular|上三角"),
    ("lower-triangular", r"lower[- ]triangular|下三角"),
    ("nonnegative", r"non-?negative(?!\s*definite)|非负(?!定)"),
    (
        "positive",
        r"(?:strictly )?positive(?=\s*(?:$|[,.;:()，。；]|and|or"
        r"|real|numbers?|constants?|scalars?|scale|param|weight"
        rf"|integers?|{_M}))|正(?:实|整)?数|为正(?![交定])|恒正|大于\s*[0零]",
    ),
    ("zero-mean", r"zero[- ]mean|mean[- ](?:zero|0)|centered|零均值|均值(?:都|均)?(?:为|是)\s*[0零]"),
    ("random", r"random(?! initial)|stochastic|随机"),
    (
        "constant",
        r"deterministic|non-?random|确定性|constants?(?![- ]varian)"
        r"|常(?:数|量|值)(?![项向])|常(?=向量|矩阵|系数)",
    ),
)
OF_ENTRIES = frozenset({"values:0,1", "mask"})
NOUNS = (
    ("vector-function", r"vector(?:-valued)? functions?|向量(?:值)?函数"),
    ("scalar-function", r"(?:scalar|real)(?:-valued)? functions?|(?:标量|实)(?:值)?函数"),
    ("matrix-function", r"matrix-valued functions?|矩阵值函数"),
    ("function", r"functions?(?! space)|函数"),
    ("row-vector", r"row[- ]?vectors?|行向量"),
    (
        "vector",
        r"(?:column[- ]?)?vectors?(?! (?:space|field|product|norm"
        r"|form|of (?:all|one|zero)))|列?向量(?![组空场化积值内外叉点范夹第])",
    ),
    (
        "square",
        r"square(?: matri(?:x|ces))?|方阵|正方行列",
    ),
    ("matrix", r"matri(?:x|ces)(?! (?:product|form|notation|algebra|calc))|矩阵(?![乘分求论微运形方第])"),
    ("scalar", r"scalars?|(?:real )?numbers?(?! of)|标量|实数|(?<=[是为])数(?=\s*(?:$|[，。；、,;.]))"),
)
SIZES = (
    r"{Z}",
    r"{D}[- ]?(?:dim(?:ensional)?(?![a-z])|[维阶])",
    r"{D}-(?:column[- ])?vectors?",
    r"with {D} (?:components?|entries|elements?|coordinates?)",
    r"of (?:length|size|dimension|order) {D}",
    r"长度为\s*{D}",
)
NEGATIONS = (
    r"not(?: necessarily)?|no longer|never|neither|without(?: any)?|whether|need not be"
    r"|不(?:一定|必|再|要求|假设|需要|是)?|未必|没有|并非|并不|无|是否"
)
FILLERS = (
    r"a|an|the|any|some|all|both|two|each|every|real|complex"
    r"|general|generic|given|fixed|same|once|more|again|also"
    r"|always|then|now|only|in|fact|of|with|has|have|having|to"
    r"|be|is|are|assumed|taken|or|and|but|too|therefore|size"
    r"|shape|dimension|full|dense|random|unknown|weight|parameter|data|design|target|input|output"
)
FILLERS_ZH = (
    r"一个|任意|某个?|给定|固定|随机|参数|权重|设计|数据|协方差|系数|实|权|列|的|且|并且|和|与|也|都|均|皆"
    r"|大小[为是]?|形状[为是]?|维度[为是]?"
)

# Where a predicate stands: before the run or after it; its subjects are `{F}`.

IS = r"(?:denotes?|represents?|is|are|be|being|was|were|has|have|stays?|remains?|becomes?)"
_IS_ZH = (
    r"(?:[也都均皆必]|同样|必须|一定)*\s*(?:不?(?:是|为)|均为|都是|都为|作为|表示|代表|取为|结果[为是]|：|:)"
)
_ASIDE = rf"(?:\s*(?:with\s+{_M}|[(（]{_M}[)）])\s*,?)?"
_BRACKET = rf"(?:\s*[(（]{_M}[)）]\s*,?)?"
_ROLE = r"(?:\s+is\s+(?:the|our|an?)\s+[a-z -]{1,24}|\s*[是为][^\W\da-zA-Z_]{1,10})?"
_UNKNOWN = (
    r"(?:\s+(?!(?:is|are|of|for|because|since|as|in|on|to|by"
    r"|from|with|then|hence|so|but|if|when|where|than|that"
    r"|only|and|or|gives?|makes?|impl(?:y|ies)|means?|ensures?|lets?|spans?|forms?|space|whose|its"
    r"|field|product|norm|form|element|component|entr|derivative|gradient|has|have)\b)"
    r"[a-z][a-z'-]*){0,2}"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a run stands to its subjects. A `bare` one must begin with content."""

    before: str
    after: str = ""
    bare: bool = False


FRAMES = (
    Frame(rf"{{F}}{_ASIDE}\s*{IS}\s+"),
    Frame(rf"{{F}}{_ASIDE}\s*{_IS_ZH}\s*(?:[(（][^()（）]{{0,20}}的[)）]\s*)?"),
    Frame(rf"{{F}}{_ASIDE}\s*{_IS_ZH}\s*[^\W\da-zA-Z_，。；、：的]{{1,10}}的"),
    Frame(r"{F}\s*[はがを]\s*"),
    Frame(rf"{{F}}{_BRACKET}\s*(?:(?:an?|two)\s+)?", bare=True),
    Frame(r"{F}\s+(?:with|having|of)\s+", bare=True),
    Frame(r"{1}\s*[,，]\s*(?:also|again|too|both|同样|同为|也是?)\s*", bare=True),
    Frame(r"{1}\s*,\s*(?=an?\s)", bare=True),
    Frame(rf"{{1}}\s*[(（](?:{_M}\s*[，,]\s*)*", r"(?=\s*[,，;；、。)）]|\s|$)", bare=True),
    Frame(r"{F}\s*[,，]\s*(?:both|all|[都均皆][是为]?)\s*", bare=True),
    Frame(
        rf"(?<!of order )(?<!of length )(?<!of size )(?<!of dimension ){{1}}{_ROLE}\s*[,，;；]?"
        r"\s*[(（]?(?:\.\s)?(?:which|this|it|that|它|这)\s*(?:matrix\s+)?(?:is|are|has|是)\s*"
    ),
    Frame("", rf"{_UNKNOWN}\s*{{F}}"),
    Frame(r"^[^\w\ue000-\ue003]*", r"(?:\s*[(（][^()（）]*[)）])?\s*[:：]\s*{F}"),
    Frame(
        r"(?<![a-zA-Z'’])(?P<w>[b-hj-zB-HJ-Z]|[aAiI](?=\s*[一-鿿]))"
        rf"(?:\s+(?:is|are|be)\s+|\s*(?:[是为]|均为)?\s*(?=[一-鿿{DIMS}{SIZE}]|\w\s*[维阶]))",
        bare=True,
    ),
    Frame(r"(?:假设|假定|设|若|如果|当)[^，。；\ue000-\ue003]{0,8}矩阵(?:[是为均都])*", bare=True),
    Frame(
        r"(?:assum(?:e|ing)|suppose|if|when|provided)(?: that)? (?:the "
        r"|all |our )?(?:\w+ )?matri(?:x|ces) (?:is|are) "
    ),
)

# Whole phrases.


@dataclass(frozen=True, slots=True)
class Phrase:
    """A cue said in one phrase: `{F}` the subjects, `{G}` more of them or the argument, `{D}` a size.

    `swap` puts `{G}` before `{F}`; `check` is what the TeX of the first subject must look like.
    """

    kind: str
    regex: str
    swap: bool = False
    check: str = ""


_WITH = r"(?:with )?(?:the )?"
_PRIME = r"^(?:[\w{}]|\\[a-z]+\{\w\}|\(\\cdot\)|\\cdot)?(?:'|\^?{?\\prime}?)$"
_PRIMES_ARE = (
    r"primes? (?:always )?(?:is|are|denotes?|means?|stands? for|indicates?) (?:always )?(?:an? |the )?"
)
_COUNTED = (
    r"(?:[a-z]+ )?(?:class|category|row|column|component|entry|element|coordinate|unit|neuron|example|sample"
    r"|point|observation|feature|user|item|word|token|head|action|state|cluster|output|input|term|standard|basis)(?![a-z])"
)  # what an ordinal picks: no power, root, order or derivative
_NOT_SAID_OF = r"(?!\s*(?:[的维个阶行列次元层类乘×-]|中的|处|时|[a-z]+-))"
_NAMES_IT = r"(?:简?记|缩写|简写|写|称|定义)[为作成]"
PHRASES = (
    Phrase(
        "named",
        rf"(?:记|令|将|把|用)\s*{{X}}\s*,?(?:{_NAMES_IT}|为|作)\s*{{1}}{_NOT_SAID_OF}",
    ),
    Phrase("named", rf"{{X}}\s*[,，]?\s*(?:我们|可以?|通常)?{_NAMES_IT}\s*{{1}}{_NOT_SAID_OF}"),
    Phrase("named", r"用\s*{1}\s*(?:来)?(?:表示|代表|记)\s*{2}" + _NOT_SAID_OF),
    Phrase("named", r"(?:其中|这里|此处|记|令)[,，:：]?\s*{1}\s*(?:为|是|表示|代表|即)\s*{2}" + _NOT_SAID_OF),
    Phrase(
        "named",
        r"(?:write|writing|use|using|put) {1} (?:as (?:a )?(?:shorthand|abbreviation) )?for {2}"
        + _NOT_SAID_OF,
    ),
    Phrase("named", r"(?:where|here) {1} (?:is|denotes|stands for|abbreviates) {2}" + _NOT_SAID_OF),
    Phrase("named", r"let {1} (?:be|denote|stand for|abbreviate) {2}" + _NOT_SAID_OF),
    Phrase(
        "named",
        r"(?:denot(?:e|es|ing)|abbreviat(?:e|es|ing)|call(?:ing)?|nam(?:e|ing)|writ(?:e|ing)) {X}"
        r"(?: simply| just| briefly)? (?:by |as |with |to )?{1}" + _NOT_SAID_OF,
    ),
    Phrase("named", r"and {X} by {1}" + _NOT_SAID_OF),
    Phrase(
        "named",
        r"{X},? (?:(?:which|that|and) )?(?:we |i |is |are )?(?:(?:will|shall|may|can|now) )?(?:be )?"
        r"(?:call(?:ed)?|denoted?|abbreviated?|named?|written)(?: by| as| to| it)? {1}" + _NOT_SAID_OF,
    ),
    Phrase(
        "named-behind",
        r"(?:call|denote|name|abbreviate|write) (?:this|it|that|the (?:last|latter))"
        r"(?: last| whole)?(?: [a-z]+)?(?: by| as)? {1}" + _NOT_SAID_OF,
    ),
    Phrase(
        "named-behind",
        rf"(?:上式|右[端边]|此式|该式|它|这个?[^，。；\ue000-\ue003]{{0,6}}|其)\s*{_NAMES_IT}\s*{{1}}{_NOT_SAID_OF}",
    ),
    Phrase(
        "named-behind",
        r"^(?:which|that|and) (?:we |is |are )?(?:(?:will|shall|may|can|now) )?(?:be )?"
        r"(?:call(?:ed)?|denoted?|abbreviated?)(?: by| as| to)? {1}" + _NOT_SAID_OF,
    ),
    Phrase("named-behind", rf"^(?:我们|把它|将其|将它|可)*{_NAMES_IT}\s*{{1}}{_NOT_SAID_OF}"),
    *(
        Phrase(kind, regex)
        for kind, noun, noun_zh in (
            ("jacobian-of", r"jacobian(?: matrix)?", r"(?:雅[可克各]比|jacobian)\s*(?:矩阵)?"),
            ("hessian-of", r"hessian(?: matrix)?", r"(?:[海黑]森|海塞|hessian)\s*(?:矩阵)?"),
        )
        for regex in (
            rf"{{1}},? (?:is |be |being |denotes? |as |for )?(?:the |its )?{noun} of {{2}}",
            rf"{noun} {{1}} of {{2}}",
            rf"{noun} of {{2}},? (?:is |be |by |as )?(?:denoted |called |written )?(?:by |as )?{{1}}",
            rf"{{1}}\s*(?:[是为]|表示|代表)\s*(?:函数)?\s*{{2}}\s*的\s*{noun_zh}",
            rf"{{2}}\s*的\s*{noun_zh}\s*(?:记?[为作]|是)?\s*{{1}}",
        )
    ),
    Phrase("vector", r"{1}\s?[(（](?:of )?(?:length|长度?)\s*(?:为|是|=|:|：)?\s*{D}[)）]"),
    Phrase("vector", r"向量\s*{1}\s*的?(?:长度|维度|维数)(?:是|为)\s*{D}"),
    Phrase("matrix", r"{F}\s*的(?:维度|维数|大小|形状|尺寸|shape)(?:都|均)?(?:是|为)\s*(?P<z>{Z})"),
    Phrase("matrix", r"{1}(?: is|\s*[是为])?\s?[(（](?P<z>{Z})(?=[)）,，;；])"),
    Phrase("matrix", r"matri(?:x|ces) {F} (?:of|with|having) (?:size|shape|dimensions?) (?P<z>{Z})"),
    Phrase(
        "vector",
        r"(?:vectors? )?{F} (?:with|of|having) (?:(?:length|size|dimension) {D}"
        r"|(?P<z>{L}) (?:components?|entries|elements|coordinates))",
    ),
    Phrase("vector", r"{1} (?:(?:is|be|denotes|for|as) )?(?:the |an? )?(?:columns?|vectors?) of {D} ones"),
    Phrase("vector", r"{1}\s*(?:是|为|表示|代表)\s*{D}\s*个\s*1\s*(?:组成|构成)的(?:列)?向量"),
    Phrase(
        "function-of", r"{F}\s*[也都均]*(?:是|为)\s*{G}\s*的\s*(?:{D}\s*维)?(?P<w>向量|标量|矩阵)?(?:值)?函数"
    ),
    Phrase(
        "function-of",
        r"{F} (?:is|are|be) (?:an? )?(?:[\w-]+ ){0,2}?(?P<w>vector|scalar)?[\w -]{0,12}functions? of {G}",
    ),
    Phrase("function-of", r"{1} (?:that )?depends? (?:only )?on (?:[a-z]+ )?{G}"),
    Phrase(
        "elementwise",
        r"{F}\s*(?:都|均)?(?:是|为|指|表示|按|对[^，。]{0,6})?\s*(?:逐元素|逐分量|按元素"
        r"|按分量)(?!\s*的?[乘积相])",
    ),
    Phrase(
        "elementwise",
        r"{F}\s+(?:(?:that|which|is|are|acts?|applied|applies|taken|works?|understood|means|denotes|the)\s+){1,3}"
        r"(?:entry ?wise|element-?\s?wise|component-?wise|entry by entry)(?! (?:product|multipl))",
    ),
    Phrase("elementwise", r"(?:activation|transfer) functions? {F}"),
    Phrase("elementwise", r"激活函数\s*(?:为|是)?\s*{F}"),
    Phrase(
        "elementwise",
        r"{F}\s*(?:is|be|denotes|as|是|为|表示)\s*(?:the |an? )?(?:[\w-]+ ){0,2}?"
        r"(?:activation function|激活函数)",
    ),
    Phrase("layer", r"第\s*{1}\s*(?:个|各)?(?:隐藏|隐含|神经网络)?层"),
    Phrase("layer", r"layers? (?:number )?{1}"),
    Phrase("layer", r"{1}[- ]?(?:th|st|nd|rd)?[- ](?:(?:hidden|linear|network) )?layer"),
    Phrase("time", r"(?:时刻|时间步)\s*{1}|第\s*(?P<g>{M})\s*(?:个|次)?(?:时刻|时间步|迭代)"),
    Phrase("time", r"{1}\s*(?:个)?(?:时刻|时间步)"),
    Phrase("time", r"(?:time(?:[- ]steps?)?|iteration) {1}"),
    Phrase("time", r"{1}[- ]?(?:th|st|nd|rd)[- ](?:time[- ]step|iterat\w+)"),
    Phrase("ordinal", r"第\s*{1}\s*(?:个(?!层|隐)|[行列类项维条位]|分量|坐标)"),
    Phrase("ordinal", rf"{{1}}[- ]?(?:th|st|nd|rd)[- ]{_COUNTED}"),
    Phrase("ordinal", r"(?<![a-z])(?:class|category|row|column|component|entry|coordinate) {1}(?!-?[a-z])"),
    Phrase("constant", r"{1}\s*(?:是|为)\s*(?:和|与|跟|不依赖于?)\s*{2}\s*(?:无关|独立)?的"),
    Phrase("standard-basis", r"{1}\s*(?:是|为|表示)\s*第\s*{D}\s*个(?:标准)?(?:基|单位)向量"),
    Phrase(
        "standard-basis",
        r"{1},? (?:(?:is|are|denotes|for|be|being|as|equals) )?the {D}[- ]?th"
        r" (?:(?:standard|canonical) )?(?:basis|unit) vector",
    ),
    Phrase(
        "shares-of-rows",
        r"{1}[^.;。；\ue000-\ue003]{0,40}[(（,，]\s*(?:(?:whose|its|with|each|every|all|the)\s)*"
        r"rows?(?: of which)? (?:all |each )?sums? to (?:one|1)",
    ),
    Phrase("rows-of", r"each row of {1} (?:is|holds|contains|corresponds to) (?:an?|one)"),
    Phrase("columns-of", r"each column of {1} (?:is|holds|contains|corresponds to) (?:an?|one)"),
    Phrase("constant", r"{1}\s*(?:和|与|跟)\s*{2}\s*(?:无关|独立)"),
    Phrase(
        "identical",
        r"{F}\s*(?:之间|也|都|均|是|为)*\s*(?:[iI]\.?[iI]\.?[dD]|(?:独立)?同分布)"
        r"|{G}(?: is| are| be)?(?: all| both| also)? "
        r"(?:i\.?i\.?d\b|(?:independent and )?identically distributed)",
    ),
    Phrase(
        "identical",
        r"i\.?i\.?d\.?(?: random| gaussian| normal| zero-mean)*"
        r"(?: variables?| vectors?| samples?| observations?| noises?| errors?)? {F}",
    ),
    Phrase(
        "independent",
        r"{F}\s*(?:之间|也|都|均|是|为)*\s*(?:相互|互相|互|两两|彼此)?(?:独立(?!于)|不相关|[iI]\.?[iI]\.?[dD])",
    ),
    Phrase("independent", r"{F},? (?:and )?(?:independent|uncorrelated) (?:of|from|with) {G}"),
    Phrase("independent", r"{F}\s*独立于\s*{G}"),
    Phrase(
        "independent",
        r"{F} (?:is|are|be)(?: all| both| also)? (?:mutually |statistically |pairwise )?"
        r"(?:independent and identically distributed|i\.?i\.?d\.?"
        r"|(?:independent|uncorrelated)(?:(?: of| with| from) {G})?)",
    ),
    Phrase(
        "independent",
        r"(?:independent|uncorrelated|i\.?i\.?d\.?)(?: random| gaussian| normal| zero-mean)*"
        r"(?: variables?| vectors?| samples?| observations?| noises?| errors?)? {F}",
    ),
    Phrase(
        "noise",
        r"{F}\s*(?:(?:is|are|be|denotes?|represents?)\s+)(?:[\w-]+ ){0,5}?(?:noises?|disturbances?)(?!\w)",
    ),
    Phrase("noise", r"(?:noises?|disturbances?)(?: vectors?| terms?| variables?)?,?\s*{F}"),
    Phrase("noise", r"{F}\s*[均都分别]*(?:是|为|表示|代表)[^，。；\ue000-\ue003]{0,12}(?:噪声|扰动)"),
    Phrase("noise", r"(?:噪声|扰动)(?:向量|项)?\s*{F}"),
    Phrase("constant", r"{1} (?:is|are|does|do)(?: not)? (?:independent of|depend on) {2}"),
    Phrase(
        "rows-of",
        r"(?:{1}\s*的?)?第\s*{D}\s*行(?:向量)?(?:是|为|记作|记为|就是|等于)\s*{2}(?!\s*(?:对|的|关于))",
    ),
    Phrase("rows-of", r"(?:{1}\s*の)?第\s*{D}\s*行\s*(?:[はがを])\s*{2}"),
    Phrase("columns-of", r"(?:{1}\s*の)?第\s*{D}\s*列\s*(?:[はがを])\s*{2}"),
    Phrase("rows-of", r"(?:按行|逐行)(?:排|堆|拼|组|叠|写)[成为]?(?:矩阵)?\s*{F}"),
    Phrase("rows-of", r"(?:{1}\s*)?[(（]?(?:one row per|一行(?:是|为|对应)?一个|每一?行(?:是|为|对应)一个)"),
    Phrase("rows-of", r"{1}\s*[(（](?:其|它的)?(?:各|每一?)?行(?:向量)?(?:是|为)\s*{2}"),
    Phrase("rows-of", r"{1}\s*[(（](?:with |its )?rows (?:are )?(?:the )?{2}"),
    Phrase("rows-of", rf"[,，:：(（]\s*{_WITH}rows\s+{{2}}"),
    Phrase("rows-of", r"row {D}(?: of {1})? is {2}"),
    Phrase("rows-of", r"rows? of {1} (?:is|are|being) (?:the )?(?:vectors? )?{2}"),
    Phrase("rows-of", r"{1} (?:has|have|with) (?:the )?rows {2}"),
    Phrase("rows-of", r"{1} (?:is|are|denotes?|being|for|as)? ?the (?:{D}[- ]?th )?rows? of {2}", swap=True),
    Phrase(
        "columns-of",
        r"(?:{1}\s*的?)?第\s*{D}\s*列(?:向量)?(?:是|为|记作|记为|就是|等于)\s*{2}(?!\s*(?:对|的|关于))",
    ),
    Phrase("columns-of", r"(?:按列|逐列)(?:排|堆|拼|组|叠|写)[成为]?(?:矩阵)?\s*{F}"),
    Phrase(
        "columns-of", r"(?:{1}\s*)?[(（]?(?:one column per|一列(?:是|为|对应)?一个|每一?列(?:是|为|对应)一个)"
    ),
    Phrase("columns-of", r"{1}\s*[(（](?:其|它的)?(?:各|每一?)?列(?:向量)?(?:是|为)\s*{2}"),
    Phrase("columns-of", r"{1}\s*[(（](?:with |its )?columns (?:are )?(?:the )?{2}"),
    Phrase("columns-of", rf"[,，:：(（]\s*{_WITH}columns\s+{{2}}"),
    Phrase("columns-of", r"column {D}(?: of {1})? is {2}"),
    Phrase("columns-of", r"columns? of {1} (?:is|are|being) (?:the )?(?:vectors? )?{2}"),
    Phrase("columns-of", r"{1} (?:has|have|with) (?:the )?columns {2}"),
    Phrase(
        "columns-of", r"{1} (?:is|are|denotes?|being|for|as)? ?the (?:{D}[- ]?th )?columns? of {2}", swap=True
    ),
    Phrase(
        "entries-of",
        r"{1} (?:(?:is|are|denotes?|being|for|as) )?the [^.;,]{0,16}?(?:entries|entry|elements?) of {2}",
        swap=True,
    ),
    Phrase("entries-of", r"{1}\s*的(?:第[^，。]{1,8})?元素?(?:是|为|记为|记作)?\s*{2}"),
    Phrase("entries-of", r"{1}\s*(?:是|为|表示)\s*(?:矩阵)?\s*{2}\s*的(?:第[^，。]{1,10})?元素?", swap=True),
    Phrase(
        "component-of",
        r"{1}\s*(?:表示|是|为|代表|指)\s*(?:向量)?\s*{2}\s*的?第\s*{D}\s*个?(?:分量|元素|坐标|维)",
    ),
    Phrase(
        "component-of",
        r"{1} (?:(?:is|denotes?|means|for|as) )?the {D}[- ]?(?:th"
        r"|st|nd|rd)? ?(?:component|entry|element|coordinate) of {2}",
    ),
    Phrase("prime-transpose", _PRIMES_ARE + r"transpos\w+"),
    Phrase("prime-transpose", r"(?:撇号?|一撇)(?:都|均|一律|总是|始终)?(?:表示|代表|是|指)转置"),
    Phrase("prime-derivative", _PRIMES_ARE + r"(?:deriv|differentiat)\w+"),
    Phrase("prime-derivative", r"(?:撇号?|一撇)(?:都|均|一律)?(?:表示|代表|是|指)求?导"),
    Phrase(
        "prime-derivative",
        r"primes? (?:is|are|denotes?|means?|stands? for) {1}",
        check=r"d/d|frac{(?:d|\\mathrm)",
    ),
    Phrase(
        "prime-transpose",
        r"{1}\s*(?:在[^，。；]{0,14}?)?(?:一律|都)?(?:表示|代表|是|指|is|denotes?|means?"
        r"|stands? for)\s*(?:the |a )?(?:转置|transpos\w+)",
        check=_PRIME,
    ),
    Phrase(
        "prime-transpose",
        r"(?:writ(?:e|es|ing)|us(?:e|es|ing)|with) {1} (?:for|as|to (?:mean|denote)) (?:the |a )?transpos\w+",
        check=_PRIME,
    ),
    Phrase(
        "prime-transpose",
        r"(?:转置|転置|transpos(?:e|es|ition|ed))"
        r"[^.。;；,，\ue000-\ue003]{0,24}?(?:记作|记为|写作|用|表す|denot\w+|indica\w*|wr[io]t\w+)[^.。;；,，\ue000-\ue003]{0,16}?{1}",
        check=_PRIME,
    ),
    Phrase(
        "prime-derivative",
        r"{1}\s*(?:一律|都)?(?:表示|代表|是|指|is|denotes?|means?)\s*(?:the |a )?(?:求导|导数|deriv\w+)",
        check=_PRIME,
    ),
    Phrase(
        "T-is-number",
        r"{1}[^。.；;\ue000-\ue003]{0,30}(?:不是|并非|而非|not)\s*(?:a |the )?(?:转置|transpos\w*)",
        check="^T$",
    ),
    Phrase(
        "T-is-number",
        r"{1}\s*(?:是|为|表示|代表)(?:总)?的?(?:步数|时间步|时刻|迭代次数|样本数|序列长度|温度)",
        check="^T$",
    ),
    Phrase(
        "T-is-number",
        r"{1} (?:is|denotes) the (?:number of|final|last|time|horizon|temperature|length)",
        check="^T$",
    ),
    Phrase(
        "new-life",
        r"(?:^|(?<=[.。;；:：，,!?！？])|(?<=[.;:,] ))\s*(?:and "
        r"|but )?(?P<n>now(?: let| suppose| consider| take)?(?=\s*{M})"
        r"|now (?:let|suppose|take)|(?:from|in) (?:here|now) on|from this point|this time let|redefine)",
    ),
    Phrase(
        "new-life",
        r"(?P<n>现在(?:设|令|记|假设|把)|重新(?:定义|设|令|记)|下面(?:设|令|记|假设)|再(?:设"
        r"|令)|从(?:这里|现在|此)(?:开始|起))",
    ),
)

# Layout, alternatives, mistakes, questions.

LAYOUTS = (
    (
        "layout-denominator",
        r"分母布局|分母竖着?排|denominator[- ]layout|分母约定|denominator convention|gradient layout",
    ),
    (
        "layout-numerator",
        r"分子布局|分子竖着?排|numerator[- ]layout|jacobian (?:layout|formulation)"
        r"|雅可比(?:布局|形式)|numerator convention",
    ),
    ("layout-mixed", r"混合布局|mixed[- ]layout|mixed convention"),
)
_GRADIENT = (
    r"gradients?(?: (?:(?:of|with respect to|by) )?(?:an? )?(?:scalar |real |column )?"
    r"(?:functions?|vectors?|fields?|scalars?|loss(?:es)?))?"
)
GRADIENTS = (
    (
        "gradient-column",
        r"(?:梯度|对向量的?导数)(?:一律|都|均|总是?|统一|默认|全部)*(?:写成|写作|记作|取为|视为|是"
        r"|为)列(?:向量)?(?!形式)"
        rf"|{_GRADIENT} (?:is|are) (?:always |all |written as |taken as )*(?:an?(?:other)? )?columns?"
        r"|(?:write|treat|take|view)\w* (?:the |all )?gradients? as (?:a )?columns?"
        r"|(?:梯度|导数)[^，。；]{0,16}同形|gradients? (?:has|have) the (?:same )?shape"
        r"|(?:stored|kept|laid out|written) (?:with|in) the same shape as"
        r"|偏导数?[^，。；]{0,12}[排组构拼]成的?[^，。；]{0,4}列向量(?!形式)|편미분[^.。]{0,12}열 ?벡터"
        r"|partials?(?: derivatives)?,? (?:stacked|collected|arranged|gathered) (?:in|into|as) a column"
        r"|column (?:vector )?(?:of|with|formed by) (?:its |the |all )*partial",
    ),
    (
        "gradient-row",
        r"(?:梯度|对向量的?导数)(?:一律|都|均|总是?|统一|默认|全部)*(?:写成|写作|记作|取为|视为|是"
        r"|为)行(?:向量)?(?!形式)"
        rf"|{_GRADIENT} (?:is|are) (?:always |all |written as |taken as )*(?:an?(?:other)? )?rows?(?! of)"
        r"|(?:write|treat|take|view)\w* (?:the |all )?gradients? as (?:a )?rows?"
        r"|偏导数?[^，。；]{0,12}[排组构拼]成的?[^，。；]{0,4}行向量(?!形式)|편미분[^.。]{0,12}행 ?벡터"
        r"|partials?(?: derivatives)?,? (?:stacked|collected|arranged|gathered) (?:in|into|as) a row"
        r"|row (?:vector )?(?:of|with|formed by) (?:its |the |all )*partial",
    ),
    (
        "jacobian-rows",
        r"(?:jacobi\w*|雅可比)[^.;。；]{0,40}(?:\brows?\b[^.;,]{0,24}\b(?:per|for (?:each|every)|are|is|by"
        r"|belongs? to|of) (?:indexed by )?(?:an? |the |each |every )?"
        r"(?:outputs?|components?|numerators?|functions?)\b"
        r"|行(?:对应|是|为|表示)[^,，。；]{0,6}(?:分子|输出|函数值?|分量)"
        r"|第[^,，。；]{1,8}行(?:第[^,，。；]{1,8}列)?[是为][^,，。；]{1,8}[的对][^,，。；]{0,8}偏导)",
    ),
)
# What a sentence is about that names a layout in brackets.
OF_SCALARS = r"梯度|标量|gradient|scalar|\bloss"
OF_VECTORS = r"雅可比|向量(?:值)?函数|向量对|jacobian|vector[- ](?:valued )?(?:function|by)"
ADOPTS = (
    r"(?:采用|使用|选用|沿用|遵循|默认|统一|按照?|[用取])[^，。；,;]{0,10}$"
    r"|(?:we|i|note|page|book|section|here|appendix|everything|all"
    r"|derivatives?)\b[^.;]{0,40}(?:use|using|adopt|follow|in|is|are)\b"
    r"[^.;]{0,24}$|(?:\buse|\busing|\badopt|\bfollow)\b[^.;]{0,16}[:.]?\s*(?:the |in )?$"
)
NAMES_ONLY = r"(?:全文|本文|以下)?(?:the )?{L}(?: throughout| everywhere| is used| is assumed| here)?"
LEADS_ASIDE = (
    r"^[\s在按用以若]*(?:in|under|with|using|使用|采用)?\s*(?:the )?{L}(?:的?(?:条件"
    r"|情况|约定|前提))?[的之]?下?(?:时|中)?[\s,，]*"
    r"(?:(?:this|it|one|we|the (?:same|result|answer|gradient|derivative))"
    r"\s*(?:would|will|could|may)?\s*(?:reads?|be|becomes?|gets?|has|have|is|writes?|written as)"
    r"|则?(?:会|应|可以?)?(?:写成|写作|变成|变为|得到?|是|为))\s*[,，:：]?\s*$"
)
LEADS_IN = (
    r"^[\s在按用以]*(?:in|under|with|using|使用|采用)?\s*(?:the )?{L}(?:的?(?:条件"
    r"|情况|约定|前提))?[的之]?下?(?:时|中)?\s*[,，:：]?\s*$"
)
DENIES = r"other convention|另一种|相反|不是|而非|区别|对应|无论|not in |unlike|instead of"
r"|versus|\bvs\b|不同于|转置关系|因为\s*$"
ALTERNATIVES = (
    (
        "alternative-column",
        r"(?:写|表示|改|换|喜欢|习惯)[^，。]{0,6}列向量(?:的)?形式|列向量形式"
        r"|gradients? as (?:a )?columns?|(?:in|as an?) column(?: vector)? form",
    ),
    ("alternative-row", r"行向量(?:的)?形式|gradients? as (?:a )?rows?|(?:in|as an?) row(?: vector)? form"),
    (
        "alternative",
        r"也可以?(?:写|表示|记)[成为作]|或(?:者)?(?:写|表示为)|或向量形式|alternatively"
        r"|equivalently written|can also be written",
    ),
)
WRONG = (
    r"(?:常见)?错误(?:写法|答案|结果|做法)?\s*[:：]|错[:：]|(?:wrong|mistakes?)\s*:"
    r"|incorrect\s*:|not correct\s*:|[✗❌×]\s*(?=[:：\ue002\ue003])"
    r"|(?:\bnot|而不是|而非|并非)\s+(?=[\ue002\ue003])|(?:而不是|而非|并非|不是)(?=[\ue002\ue003])"
    r"|\bnot (?:in general )?(?:true|the case|correct|valid)(?: in general)? that\b"
    r"|\b(?:false|wrong|a mistake|incorrect|tempting|tempted)"
    r" (?:that|to (?:think|believe|write|say|claim|assume|conclude))\b"
    r"|\b(?:one|you|we|some|students?|people) (?:might|may|could|often|sometimes)"
    r" (?:be tempted to \w+|(?:naively )?(?:think|believe|expect|guess))\b"
    r"|\b(?:wrongly|mistakenly|erroneously|falsely) (?:\w+ ){0,2}?(?=[\ue002\ue003])"
    r"|\bnaive (?:guess|expectation)\b"
    r"|\b(?:common|frequent|typical|classic|usual) (?:mistakes?|errors?|slips?|pitfalls?|misconceptions?)\b"
    r"|(?:常见|典型|经典)的?(?:错误|误区|误解)|误(?:以为|认为|写[成为作])"
    r"|(?:容易|经常|往往)(?:错写|误写|写错|错)[成为]?"
    r"|(?:不要|不能|切勿|不可)(?:写成|写作|误写|写为)|(?:同学|学生)的?(?:错误)?(?:解答|答案|解法|做法)"
    r"|よくある(?:間違い|誤り|ミス)|誤って"
)
WRONG_BEHIND = (
    r"[\ue002\ue003]\s*(?:是错误?的|是不对的|不正确|不成立|(?:is|are) (?:wrong|incorrect|false|not true))"
)
RIGHT = (
    r"right\s*:|(?<!in)(?<!not )correct(?: form)?\s*:"
    r"|(?<!不)正确(?:的)?(?:写法|形式|结果|答案)?\s*(?:[:：为是]"
    r"|应[为是])|应(?:该|当)?(?:改)?(?:为|是)(?=\s*[\ue002\ue003])|[✓✔✅]\s*[:：]"
)
ASKS = r"^(?:and |but |or )?(?:what|is|are|does|do|why|how|which|find|can|should)\b|什么|求|是否|多少|吗|哪"

# Words for symmetry, whoever is called so; the stems of them are told in languages we cannot read.

SYMMETRY = r"s[iy]m+[eé]tr|симметр|对称|對稱|対称|대칭"
SYMMETRIC_THINGS = (
    r"hessian|covarian|undirected|in both directions|gram(?:ian)? matri|kernel matri"
    r"|无向|协方差|[海黑]森矩阵|海塞|格拉姆矩阵|核矩阵|共分散"
)

# Where 3 · 5 = 1.

MODULAR = (
    r"\\[pb]?mod\b|\bmod(?:ulo)?\b|\\mathbb\s*\{?[ZF]\}?\s*(?:_|/)|\bgf\(|congruen"
    r"|模\s*\$|同余|合同式"
)

# What gives letters of other sizes one size for the moment.

SAME_SIZE = (
    r"(?:equal|same|matching|compatible) (?:size|shape|dimension|order)s?|同型|同阶|(?:大小|形状|维度)相同"
    r"|\bsquare\b(?! (?:root|error|loss))|方阵|正方行列"
)

# What leaves an index out; the index is the formula right behind it.

DROPPED_INDEX = (
    r"(?:省略|略去|省去|去掉)了?(?:其)?(?:时间)?(?:下标|角标|指标)\s*"
    r"|(?:drop|omit|suppress)\w*\s+(?:the |all )?(?:time |layer )?(?:index|indices|subscripts?)\s+"
)

# The heading of a section in which everything is a number.

SCALARS = (
    r"(?:一维|单变量)(?!卷积|数组|向量|张量|信号|热|搜索)|标量(?=\s*(?:$|[)）]|的?\s*[小算数]*(?:值例|例|版|情[形况]|模型)))"
    r"|\bscalar (?:case|example|version|toy|check|model|problem|form)|^\W*scalars?\W*$|\bunivariate\b"
    r"|\b(?:one|1)-?d(?:imensional)? (?:case|example|version|toy|check|model|problem|gauss\w+|kalman)"
    r"|\bone[- ]variable\b"
)

# Two parts of one section, the same done twice.

OF_NUMBERS = (
    r"^(?:[\W\d]|[a-z](?=[.\d])|[一二三四五六七八九十]、)*(?:(?:with|for|the case of) )?"
    r"(?:(?:(?:ordinary|plain|real) )?(?:numbers|scalars)|(?:标量|一个数|数)(?:的?情[形况]|版本?)?)\W*$"
)
OF_COLUMNS = r"\bvectors?\b|\bmatri(?:x|ces)\b|向量|矩阵"

# What goes over to numbers in the middle of a section.

ONE_DIMENSION = (
    r"(?:先看|先考虑|考虑|对于?|在|只看|以|取|看|回到)(?:最简单的)?(?:[某每]?一维|单变量|标量|单个分量|一个分量)"
    r"|(?:一维|单变量|标量)(?:的?情[形况]|高斯|下|时|的?例子?)"
    r"|\b(?:in|for|take|consider|with) (?:just |only )?(?:one|a single) (?:dimension|component|coordinate)\b"
    r"|\b(?:in|for|take|consider|with) the (?:one-dimensional|1-?d|scalar|univariate)\b"
    r"|\bone-dimensional(?:ly)?[:,]|\bper (?:coordinate|component|dimension)\b"
)

# The header of a column of shapes.

SHAPES = (
    r"\W*(?:shapes?|sizes?|dims?|dimensions?"
    r"|形状|维度|维数|大小|尺寸)\W*"
)

# What a softmax of a matrix is taken of.

_NEAR = r"[^.。\n]{0,60}"
SOFTMAX_OF = tuple(
    (kind, re.compile(rf"softmax{_NEAR}(?:{words})|(?:{words}){_NEAR}softmax", re.IGNORECASE))
    for kind, words in (
        ("columns", r"column[- ]?wise|column by column|(?:each|every|per) column|[按逐每]一?列|列方向"),
        (
            "rows",
            r"row[- ]?wise|row by row|(?:each|every|per|over|along|across) (?:the )?rows?"
            r"|[按逐每]一?行|行方向",
        ),
    )
)

CONCLUDED = (
    r"(?:可得|得到?|可知|所以|因此|故|从而|于是|那么|则有?|\b(?:then|so|hence|thus|therefore|gives?|yields?"
    r"|get|obtain|find|have))\W*$"
)

# What says that a formula comes next which writes the same quantity otherwise, and what says that it
# is another one after all.

REWRITTEN = (
    r"展开|化简|整理|合并|通分|\b(?:expand(?:ing|ed)?|expansion|multiplying out|simplif(?:y|ies|ied|ying)"
    r"|rearrang(?:e|es|ed|ing)|collecting|regrouping|rewrit(?:e|ten|ing))\b"
)
CHANGED = (
    r"代入|近似|忽略|省略|去掉|常数|如果|若|当|令|设|对于|泰勒|分别令|\b(?:substitut\w*|plug\w*|approximat\w*|ignor\w*"
    r"|drop\w*|omit\w*|neglect\w*|constants?|if|when|for|set(?:ting)?|let|assum\w*|suppos\w*|taylor|redefin\w*"
    r"|instead|modif\w*|chang\w*|new|without|scal\w*|bound\w*|up to|with)\b"
)

# What is not real.

COMPLEX = (
    r"\\mathbb\s*\{?\s*C\b"
    r"|\bcomplex[- ](?:number|valued|plane|vector|matri|conjugate|exponential|variable|analysis)"
    r"|\bimaginary\b|\bhermitian\b|复(?:数|平面|向量|矩阵|变|共轭)|虚(?:数|部|单位)|複素"
)

# What is true to first order.

FIRST_ORDER = (
    r"\bsmall\b|(?:to|in) (?:the )?(?:first|leading|lowest)[- ]order|first-order|lineari[sz]\w+"
    r"|approximat\w+|infinitesimal"
    r"|很小|较小|微小|足够小|充分小|小角|小量|近似|一阶|线性化|小さ"
)

# Sums nobody writes.

IMPLIED_SUMS = (
    r"einstein(?:'s|’s|ian)?[ -]*(?:summation|convention|notation|sum)"
    r"|summation convention|repeated (?:ind\w+|subscripts?)"
    r"|爱因斯坦(?:求和)?(?:约定|记号)|重复(?:的)?(?:指标|下标)"
)

# Reach.

CONDITION = (
    r"もし|の(?:場合|とき)"
    r"|若|如果|假如|当(?![前时中]|作)|特别地|倘若|只要"
    r"|\b(?:if|when|whenever|provided|in case|in particular)\b|\bin the (?:[\w-]+ ){1,2}case\b"
)
IF = (
    r"if|when|for|where|as long as|falls|wenn|für|bei|si|pour|quand|cuando|para|se|per|если|при|для"
    r"|若|当|如果|对于?|もし"
)
ELSE = (
    r"otherwise|else|elsewhere|in all other cases|sonst|andernfalls|sinon|autrement|en otro caso"
    r"|caso contrário|altrimenti|иначе|в противном случае"
    r"|否则|(?:其他|其它|其余)(?:情况|情形|时)?|その他|それ以外"
)
SUPPOSITION = r"假设|假定|\b(?:suppose|assum)\w*"
IMPERATIVE = r"\b(?:take|let|put|choose|define|introduce|write)\b|[,，]\s*[取令设记]"
FOLLOWS = r"[\s,，]*(?:(?:then|则|那么|有|we (?:have|get)|we (?:have|get) that)[\s,，:：]*){0,2}"
CONSEQUENCE = r"则|那么|有[:：]?$|\bthen\b"
ANY_LETTER = (
    r"\b(?:any|every|each|all)\b|\bfor an? (?:array|matrix|vector|tensor|variable|quantity|node)\b"
    r"|任意|任何|任一|每|所有|一律|各|すべて|任意の"
)
STANDS_FOR = (
    r"[\s*`,，:：]*(?:(?:simply |just |briefly )?"
    r"(?:for|denotes?|means|stands? for|is short for|abbreviates)(?: the (?:gradient|derivative))?"
    r"|(?:就|一律|都|总是|即|均|简单)?(?:表示|代表|是指|指的?是|指|记作?|为|即))[\s:：,，]*"
)
IS_WRITTEN = (
    r"[\s,，]*(?:(?:is|are|will be)?(?: simply| just)? ?(?:written|denoted|abbreviated)?(?: as| by| to)"
    r"|(?:简|就|都|一律)?(?:记|写|简写|缩写)(?:为|作|成)|为)[\s:：,，]*"
)
_LOSS = (
    r"(?:(?:the|our|final|total|scalar|总的?|最终的?|标量|整体)\s*)*"
    r"(?:loss|cost|objective|损失(?:函数)?|代价(?:函数)?|目标函数)"
)
PLAIN_GRADIENT = (
    rf"{STANDS_FOR}[`$]*\s*(?:\\partial|∂)\s*(?P<loss>[A-Z])"
    r"\s*/\s*(?:\\partial|∂)\s*(?P<letter>[A-Za-z])(?![A-Za-z])"
)
GRADIENT_OF_LOSS = (
    r"[\s*`,，:：]*(?:(?:always |simply |just )*(?:denotes?|means|stands? for|is short for|is)"
    rf" the (?:partial |)(?:gradient|derivative) of {_LOSS}\b"
    rf"|(?:就|一律|都|总是|均)?(?:表示|代表|是指|指的?是|指){_LOSS}\s*对[^。；，,;]{{1,20}}(?:梯度|偏?导数?))"
)
EVERYWHERE = (
    r"全文|本文|本书|通篇|整篇|始终|throughout|in this (?:note|page|book|sheet"
    r"|document)|unless (?:said|stated|noted) otherwise|除非特别|默认"
)
HERE_ONLY = r"本节|本小节|本附录|这一节|in this (?:section|appendix|chapter|subsection)"
SHEET = (
    r"记号|符号|约定|设定|假设|(?<![母子合])布局|notation|setting|setup|convention|assumption|preliminar"
    r"|(?<!denominator )(?<!numerator )(?<!jacobian )(?<!mixed )layout"
)
WHERE = r"^\W*(?:其中|这里|此处|式中|where\b|here\b|with\b)"
EXPLAINS = r"(?:\b(?:with|where|here)(?: the| now)?|其中|这里|此处|式中)[\s：:，,]*$"
FROM_HERE = r"\bnow\b|from here on|from now on|现在|下面|从(?:这里|此|现在)"

# Matrices that turn without reflecting, or commute: what is said of cross products and of powers and
# exponentials holds for them only.

ROTATIONS = r"rotation|旋转|回転|\\mathrm\{?so\b|\bso\(|\\det\s*\w+\s*=\s*1"
COMMUTING = r"commut|可?交换|可换|可換"
DENIAL = r"\b(?:not|no longer|never|non)\b|n[’']t\b|不|未必|ない"
SINGULAR_VALUES = r"\bsvd\b|singular[- ]value decomposition|奇异值分解|特異値分解"
EIGENVALUES = (
    r"\bevd\b|eigen-?(?:value |vector )?decomposition|spectral decomposition|特征值?分解|谱分解|固有値分解"
)
