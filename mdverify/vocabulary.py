"""What the signs and commands of mathematical LaTeX are called.

Tables only. A command or sign maps to a pair `(kind, text)`: the kind decides how the reader treats
the token, the text is the canonical name that goes into the tree. New notation is a new row here.
"""

from __future__ import annotations

Entry = tuple[str, str]


def _words(text: str) -> list[str]:
    return text.split()


SUM, PRODUCT = 1, 2

INFIX: dict[str, int] = {
    **dict.fromkeys(("+", "-", "pm", "mp"), SUM),
    **dict.fromkeys(("cup", "cap", "setminus", "wedge", "vee"), SUM),
    **dict.fromkeys(("cdot", "times", "ast", "odot", "circ", "otimes", "oplus", "div"), PRODUCT),
}
"""Binding power of the infix operators; all associate to the left."""

UNARY: dict[str, str] = {"-": "neg", "+": "pos", "pm": "pm", "mp": "mp"}

GLUED = frozenset({"diag", "Diag", "trace", "softmax", "sigmoid"})
"""Functions before which a capital letter may have lost its distance: `\\operatorname{Wdiag}`."""

FUNCTIONS: dict[str, str] = {
    **{
        name: name
        for name in _words(
            "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth sech csch "
            "arcsinh arccosh arctanh arsinh arcosh artanh asinh acosh atanh asin acos atan "
            "log ln lg exp det tr diag softmax sigmoid relu rank vec vech span dim ker gcd deg Pr arg "
            "cov var sign erf softplus gelu logit logsumexp std mean sqrt abs norm blkdiag"
        )
    },
    "trace": "tr",
    "Tr": "tr",
    "Trace": "tr",
    "Spur": "tr",
    "spur": "tr",
    "Diag": "diag",
    "Softmax": "softmax",
    "SoftMax": "softmax",
    "Sigmoid": "sigmoid",
    "sigm": "sigmoid",
    "LSE": "logsumexp",
    "lse": "logsumexp",
    "Softplus": "softplus",
    "ReLU": "relu",
    "Relu": "relu",
    "RELU": "relu",
    "Rank": "rank",
    "Rang": "rank",
    "rang": "rank",
    "Vec": "vec",
    "Span": "span",
    "Cov": "cov",
    "Var": "var",
    "sgn": "sign",
    "Sign": "sign",
    "Log": "log",
    "Det": "det",
    "arctg": "arctan",
    "tg": "tan",
    "ctg": "cot",
}
"""Function names, as a command, under `\\operatorname` and relatives, or as a bare word."""

BIG: dict[str, int] = {
    **dict.fromkeys(("sum", "prod", "int", "iint", "oint", "bigcup", "bigcap", "bigoplus"), PRODUCT),
    **dict.fromkeys(("max", "min", "lim", "sup", "inf", "limsup", "liminf"), PRODUCT),
    **dict.fromkeys(("argmax", "argmin"), SUM),
}
"""Operators with limits, and how far their body reaches."""

INTEGRALS = frozenset(("int", "iint", "oint"))
"""Their body reaches to the differential, over signs."""

FUNCTION_WITHOUT_LIMITS = frozenset(("max", "min", "sup", "inf", "argmax", "argmin"))

PRODUCTS = frozenset({"tg"})
"""Functions that are a product of two letters where they are written as a bare word: `f(x - tg)`."""

QUANTITIES = frozenset(
    _words(
        "loss Loss LOSS cost Cost error Error err MSE mse RSS SSE SST MAE net target output input "
        "score logits bias const logit pred likelihood width height size batch step grad obj KL"
    )
)
"""Bare words that are one symbol."""

PROSE = frozenset(
    _words(
        "if and or where for otherwise with then when such that subject to else since hence so let "
        "because therefore thus any all is are as by we have the of in which else"
    )
)
"""Words under `\\text` that are prose, not a symbol."""

BARE_PROSE = frozenset(_words("otherwise where and for with then when such that subject else since hence"))

GREEK = _words(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau "
    "upsilon phi chi psi omega varepsilon vartheta varpi varrho varsigma varphi varkappa digamma Alpha "
    "Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigma Tau "
    "Upsilon Phi Chi Psi Omega varGamma varDelta varTheta varLambda varXi varPi varSigma varPhi varPsi "
    "varOmega"
)

NAMES: dict[str, str] = {
    **{name: name for name in GREEK},
    **{
        name: name
        for name in _words(
            "partial nabla ell infty hbar imath jmath Re Im wp aleph forall exists emptyset top bot "
            "dagger ddagger star angle triangle Box degree complement bullet diamond sharp flat "
            "natural checkmark"
        )
    },
    "varnothing": "emptyset",
    "intercal": "top",
    "triangledown": "nabla",
    "bigtriangledown": "nabla",
    "square": "Box",
    "bigstar": "star",
}

RELATIONS: dict[str, str] = {
    **{
        name: name
        for name in _words(
            "equiv triangleq approx sim simeq cong propto in notin ni subset subseteq subsetneq supset "
            "supseteq to mapsto leftarrow perp parallel succ succeq prec preceq ll gg asymp doteq "
            "models leftrightarrow vdash nmid"
        )
    },
    "eq": "=",
    **dict.fromkeys(
        ("coloneqq", "coloneq", "colonequals", "eqqcolon", "eqcolon", "equalscolon", "doteq"), ":="
    ),
    "ne": "ne",
    "neq": "ne",
    "lt": "<",
    "gt": ">",
    "le": "le",
    "leq": "le",
    "leqslant": "le",
    "leqq": "le",
    "ge": "ge",
    "geq": "ge",
    "geqslant": "ge",
    "geqq": "ge",
    "approxeq": "approx",
    "thickapprox": "approx",
    "thicksim": "sim",
    "colon": ":",
    "rightarrow": "to",
    "longrightarrow": "to",
    "longmapsto": "mapsto",
    "gets": "leftarrow",
    "longleftarrow": "leftarrow",
    "preccurlyeq": "preceq",
    "succcurlyeq": "succeq",
    "hookrightarrow": "to",
    "rightsquigarrow": "to",
    "leadsto": "to",
    "Coloneqq": ":=",
    "not=": "ne",
    "not<": "not<",
    "not>": "not>",
    "notin": "notin",
    "notequiv": "notequiv",
    "notsubset": "notsubset",
    "notsim": "notsim",
    "notpropto": "notpropto",
    "notperp": "notperp",
}

ARROWS: dict[str, str] = {
    **dict.fromkeys(("Rightarrow", "Longrightarrow", "implies"), "Rightarrow"),
    **dict.fromkeys(("Leftrightarrow", "Longleftrightarrow", "iff"), "Leftrightarrow"),
    **dict.fromkeys(("Leftarrow", "Longleftarrow", "impliedby"), "Leftarrow"),
    "therefore": "therefore",
    "because": "because",
}
"""Connectives between statements."""

STACKED_SIGNS: dict[str, str] = {
    "?": "overset?",
    **dict.fromkeys(("def", "triangle", "Delta", "△", "defn", "definition", "定义", "记为", "记作"), ":="),
}
"""What a sign set over `=` makes of it; anything else leaves it `=`."""

ACCENTS: dict[str, str] = {
    **{name: name for name in _words("hat bar tilde dot ddot dddot vec check breve acute grave underline")},
    "mathring": "ring",
    "widehat": "hat",
    "overline": "bar",
    "widetilde": "tilde",
    "overrightarrow": "vec",
    "widecheck": "check",
}

FONTS: dict[str, str] = {
    **dict.fromkeys(("mathbf", "boldsymbol", "bm", "pmb", "bold", "mathbfit", "symbf", "boldmath"), "bf"),
    **dict.fromkeys(("mathrm", "operatorname", "operatorname*"), "rm"),
    **dict.fromkeys(("mathcal", "mathscr"), "cal"),
    **dict.fromkeys(("mathbb", "Bbb", "mathds", "mathbbm"), "bb"),
    "mathsf": "sf",
    "mathtt": "tt",
    "mathfrak": "frak",
    "mathit": "",
    "mathnormal": "",
}

SWITCHES: dict[str, str] = {
    "bf": "bf",
    "bfseries": "bf",
    "rm": "rm",
    "it": "",
    "cal": "cal",
    "sf": "sf",
    "tt": "tt",
    "frak": "frak",
}

TEXT_FONTS: dict[str, str] = {
    **dict.fromkeys(("text", "textrm", "textnormal", "mbox", "hbox", "textup", "textit", "textsf"), "rm"),
    **dict.fromkeys(("texttt", "mathtext", "textsc", "intertext", "emph"), "rm"),
    "textbf": "bf",
}

ENVIRONMENTS: dict[str, str] = {
    **dict.fromkeys(("equation", "align", "gather", "eqnarray", "multline", "alignat", "flalign"), "display"),
    **dict.fromkeys(("aligned", "split", "gathered", "alignedat", "multlined"), "align"),
    **dict.fromkeys(("cases", "array", "dcases", "rcases"), "system"),
    **dict.fromkeys(
        ("matrix", "pmatrix", "bmatrix", "vmatrix", "Vmatrix", "Bmatrix", "smallmatrix"), "matrix"
    ),
}

DELIMITERS: dict[str, Entry] = {
    **dict.fromkeys(("(", "（"), ("open", "(")),
    **dict.fromkeys((")", "）"), ("close", ")")),
    **dict.fromkeys(("[", "\\lbrack", "［"), ("open", "[")),
    **dict.fromkeys(("]", "\\rbrack", "］"), ("close", "]")),
    **dict.fromkeys(("\\{", "\\lbrace", "｛"), ("open", "{")),
    **dict.fromkeys(("\\}", "\\rbrace", "｝"), ("close", "}")),
    **dict.fromkeys(("\\langle", "⟨"), ("open", "⟨")),
    **dict.fromkeys(("\\rangle", "⟩"), ("close", "⟩")),
    **dict.fromkeys(("\\lfloor", "⌊"), ("open", "⌊")),
    **dict.fromkeys(("\\rfloor", "⌋"), ("close", "⌋")),
    **dict.fromkeys(("\\lceil", "⌈"), ("open", "⌈")),
    **dict.fromkeys(("\\rceil", "⌉"), ("close", "⌉")),
    "\\lvert": ("open", "|"),
    "\\rvert": ("close", "|"),
    "\\lVert": ("open", "‖"),
    "\\rVert": ("close", "‖"),
    **dict.fromkeys(("|", "\\vert"), ("bar", "|")),
    **dict.fromkeys(("\\|", "\\Vert", "||", "‖", "∥"), ("bar", "‖")),
}

LEFT_RIGHT_ONLY: dict[str, str] = {".": ".", "<": "⟨", ">": "⟩", "/": "/", "\\backslash": "\\"}
"""Signs that are delimiters only after `\\left`, `\\right`, `\\middle` and the `\\big` family."""

COUNTERPART: dict[str, str] = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉", "|": "|", "‖": "‖"}

ARGUMENT_FENCES = frozenset(("()", "[]", "{}"))
"""Fences that hold the whole argument of a function they follow."""

MARKS: dict[str, Entry] = {
    **{key: value for key, value in DELIMITERS.items() if not key.startswith("\\")},
    **dict.fromkeys("+＋", ("infix", "+")),
    **dict.fromkeys("-−–－—", ("infix", "-")),
    **dict.fromkeys("×✕", ("infix", "times")),
    **dict.fromkeys("·⋅∙•", ("infix", "cdot")),
    "*": ("infix", "ast"),
    "∗": ("infix", "ast"),
    ".*": ("infix", "odot"),
    "÷": ("infix", "div"),
    "±": ("infix", "pm"),
    "∓": ("infix", "mp"),
    "∘": ("infix", "circ"),
    "⊙": ("infix", "odot"),
    "⊗": ("infix", "otimes"),
    "⊕": ("infix", "oplus"),
    "∪": ("infix", "cup"),
    "∩": ("infix", "cap"),
    "/": ("slash", "/"),
    "／": ("slash", "/"),
    **dict.fromkeys(("=", "==", "＝"), ("relation", "=")),
    **dict.fromkeys((":=", "=:", "≔", "≕"), ("relation", ":=")),
    **dict.fromkeys(":：∶", ("relation", ":")),
    **dict.fromkeys(("<", "＜", "&lt;"), ("relation", "<")),
    **dict.fromkeys((">", "＞", "&gt;"), ("relation", ">")),
    **dict.fromkeys(("<=", "≤", "⩽", "≦", "&le;"), ("relation", "le")),
    **dict.fromkeys((">=", "≥", "⩾", "≧", "&ge;"), ("relation", "ge")),
    **dict.fromkeys(("≠", "&ne;"), ("relation", "ne")),
    **dict.fromkeys(("->", "→", "⟶"), ("relation", "to")),
    **dict.fromkeys("←", ("relation", "leftarrow")),
    "↦": ("relation", "mapsto"),
    "≈": ("relation", "approx"),
    "≡": ("relation", "equiv"),
    "≜": ("relation", "triangleq"),
    "∼": ("relation", "sim"),
    "≃": ("relation", "simeq"),
    "≅": ("relation", "cong"),
    "∝": ("relation", "propto"),
    "∈": ("relation", "in"),
    "∉": ("relation", "notin"),
    "⊂": ("relation", "subset"),
    "⊆": ("relation", "subseteq"),
    "⊥": ("relation", "perp"),
    "≪": ("relation", "ll"),
    "≫": ("relation", "gg"),
    "≻": ("relation", "succ"),
    "≺": ("relation", "prec"),
    **dict.fromkeys(("=>", "⇒", "⟹"), ("arrow", "Rightarrow")),
    **dict.fromkeys(("<=>", "⇔", "⟺"), ("arrow", "Leftrightarrow")),
    "∴": ("arrow", "therefore"),
    "∵": ("arrow", "because"),
    **dict.fromkeys(",，、", ("comma", ",")),
    **dict.fromkeys(";；", ("comma", ";")),
    "∣": ("comma", "|"),
    **dict.fromkeys(".。．", ("period", ".")),
    "_": ("script", "_"),
    "^": ("script", "^"),
    "＿": ("script", "_"),
    "{": ("lbrace", "{"),
    "}": ("rbrace", "}"),
    "&": ("amp", "&"),
    "&amp;": ("amp", "&"),
    "~": ("gap", " "),
    "&nbsp;": ("gap", " "),
    "\u3000": ("gap", "quad"),
    **dict.fromkeys("!！", ("factorial", "!")),
    **dict.fromkeys("?？", ("name", "?")),
    "…": ("dots", "ldots"),
    "⋯": ("dots", "cdots"),
    "⋮": ("dots", "vdots"),
    "⋱": ("dots", "ddots"),
    "∑": ("big", "sum"),
    "∏": ("big", "prod"),
    "∫": ("big", "int"),
    "√": ("sqrt", "sqrt"),
    **{sign: ("name", name) for sign, name in zip("αβγδεζηθικλμνξοπρστυφχψω", GREEK[:24], strict=True)},
    **{
        sign: ("name", name)
        for sign, name in zip(
            "ΓΔΘΛΞΠΣΦΨΩϵϑϕϱς",
            _words("Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega epsilon vartheta phi varrho varsigma"),
            strict=True,
        )
    },
    "µ": ("name", "mu"),
    "∆": ("name", "Delta"),
    "∂": ("name", "partial"),
    "∇": ("name", "nabla"),
    "∞": ("name", "infty"),
    "ℓ": ("name", "ell"),
    "∀": ("name", "forall"),
    "∃": ("name", "exists"),
    "∅": ("name", "emptyset"),
    "⊤": ("name", "top"),
    "†": ("name", "dagger"),
    "⋆": ("name", "star"),
    "△": ("name", "triangle"),
    "□": ("name", "Box"),
    "°": ("name", "degree"),
    "%": ("name", "%"),
    "@": ("infix", "cdot"),
}

ESCAPES: dict[str, Entry] = {
    **dict.fromkeys(" ;:\n\t\r", ("gap", " ")),
    **dict.fromkeys(",!/", ("space", "")),
    "_": ("script", "_"),
    "*": ("infix", "ast"),
    "&": ("name", "&"),
    "%": ("name", "%"),
    "$": ("name", "$"),
    "#": ("name", "#"),
    ">": ("gap", " "),
    "-": ("space", ""),
    **{key[1]: value for key, value in DELIMITERS.items() if len(key) == 2 and key[0] == "\\"},
}
"""A backslash and one sign."""

COMMANDS: dict[str, Entry] = {
    **{key: ("name", value) for key, value in NAMES.items()},
    **{key: ("relation", value) for key, value in RELATIONS.items()},
    **{key: ("arrow", value) for key, value in ARROWS.items()},
    **{key: ("function", value) for key, value in FUNCTIONS.items() if key not in ("vec", "norm", "sqrt")},
    **{key: ("big", key) for key in BIG},
    **{key: ("accent", value) for key, value in ACCENTS.items()},
    **{key: ("font", value) for key, value in (TEXT_FONTS | FONTS).items()},
    **{key: ("switch", value) for key, value in SWITCHES.items()},
    **{key[1:]: value for key, value in DELIMITERS.items() if key.startswith("\\") and key[1:].isalpha()},
    **{key: ("infix", key) for key in INFIX if key.isalpha()},
    "ast": ("infix", "ast"),
    "centerdot": ("infix", "cdot"),
    "cdotp": ("infix", "cdot"),
    "bigodot": ("infix", "odot"),
    "bigotimes": ("infix", "otimes"),
    "boxtimes": ("infix", "otimes"),
    "smallsetminus": ("infix", "setminus"),
    "land": ("infix", "wedge"),
    "lor": ("infix", "vee"),
    "mid": ("comma", "|"),
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "sfrac"), ("frac", "frac")),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), ("frac", "binom")),
    "over": ("over", "frac"),
    "choose": ("over", "binom"),
    "atop": ("over", "list"),
    "sqrt": ("sqrt", "sqrt"),
    "prime": ("prime", "'"),
    "substack": ("substack", ""),
    "overset": ("stack", "overset"),
    "stackrel": ("stack", "overset"),
    "underset": ("stack", "underset"),
    "underbrace": ("brace-label", "underbrace"),
    "overbrace": ("brace-label", "overbrace"),
    "xrightarrow": ("sign-with-text", "to"),
    "xleftarrow": ("sign-with-text", "leftarrow"),
    "xlongequal": ("sign-with-text", "="),
    "xequal": ("sign-with-text", "="),
    **dict.fromkeys(("cdots", "dotsb", "dotsm", "dotsi"), ("dots", "cdots")),
    **dict.fromkeys(("ldots", "dots", "dotsc", "dotso", "hdots", "textellipsis"), ("dots", "ldots")),
    "vdots": ("dots", "vdots"),
    "ddots": ("dots", "ddots"),
    "quad": ("gap", "quad"),
    "qquad": ("gap", "quad"),
    "space": ("gap", " "),
    "nobreakspace": ("gap", " "),
    **dict.fromkeys(("cr", "newline", "tabularnewline"), ("break", "\\\\")),
    **dict.fromkeys(
        _words(
            "limits nolimits displaystyle textstyle scriptstyle scriptscriptstyle nonumber notag hline "
            "boxed mathop mathbin mathrel mathord mathopen mathclose mathinner mathstrut strut cancel "
            "bcancel fbox mathclap mathrlap mathllap smash null relax allowbreak nobreak centering "
            "noindent large Large small normalsize tiny huge thinspace medspace thickspace "
            "negthinspace ensuremath hfill hfil allowdisplaybreaks displaylimits protect"
        ),
        ("space", ""),
    ),
}
"""What each command is; commands that take care of spacing or of looks only are `space`."""

DROPPED = _words(
    "tag label phantom hphantom vphantom hspace vspace color textcolor colorbox require cline ref "
    "eqref cite style class cssId href hskip kern mkern mspace rule"
)
"""Commands dropped together with the group that follows."""

WORDS: dict[str, Entry] = {
    **{key: ("function", value) for key, value in FUNCTIONS.items() if key not in PRODUCTS},
    **{key: ("big", key) for key in ("sum", "max", "min", "lim", "sup", "inf", "argmax", "argmin")},
    **{key: ("name", key) for key in QUANTITIES},
    **{key: ("text", key) for key in BARE_PROSE},
}
"""Runs of letters that are one word."""

RAISED: dict[str, str] = {
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ", "0123456789+-()ni", strict=True)),
    "ᵀ": "⊤",
    "ᵗ": "t",
}
LOWERED: dict[str, str] = dict(
    zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", "0123456789+-()aeoxhklmnpstijruv", strict=True)
)
DOUBLE_STRUCK: dict[str, str] = dict(zip("ℝℂℕℤℚℙ", "RCNZQP", strict=True))
