"""The commands and environments that at least one renderer of TeX on the web knows.

Collected by asking them: MathJax 3 and 4 with the extensions they come with, and KaTeX. What is not here
shows as an error unless the note or its site defines it.
"""

from __future__ import annotations

TEX_ENVIRONMENTS = frozenset(
    """
align alignat aligned alignedat array Bmatrix bmatrix Bsmallmatrix bsmallmatrix cases CD crampedsubarray
darray dcases displaymath drcases eqnarray equation flalign gather gathered indentalign lgathered math
matrix multline multlined numcases pmatrix prooftree psmallmatrix rcases rgathered smallmatrix split
spreadlines subarray subnumcases Vmatrix vmatrix Vsmallmatrix vsmallmatrix xalignat xxalignat
""".split()
)
"""Each also stands for its form with a star."""

TEX_COMMANDS = frozenset(
    """
AA aa above abovewithdelims Aboxed abs absolutevalue acomm acos acosecant acosine acot acotangent acsc
acute adjustlimits admat alef alefsym aleph allowbreak Alpha alpha amalg And angl angle angln
anticommutator antidiagonalmatrix approx approxcolon approxcoloncolon approxeq arccos arccosecant
arccosine arccot arccotangent arccsc arcctg arcsec arcsecant arcsin arcsine arctan arctangent arctg arg
argmax argmin array ArrowBetweenLines Arrowvert arrowvert asec asecant asin asine ast asymp atan
atangent atop atopwithdelims backepsilon backprime backsim backsimeq backslash badbreak bar barwedge Bbb
Bbbk bbFont bbox bcancel because begin begingroup Beta beta beth between bf bgroup Big big bigcap
bigcirc bigcup Bigg bigg Biggl biggl Biggm biggm Biggr biggr Bigl bigl Bigm bigm bigodot bigoplus
bigotimes Bigr bigr bigsqcup bigstar bigtimes bigtriangledown bigtriangleup biguplus bigvee bigwedge
binom blacklozenge blacksquare blacktriangle blacktriangledown blacktriangleleft blacktriangleright blue
blueA blueB blueC blueD blueE bm bmod bmqty bold boldsymbol bot bowtie Box boxdot boxed boxminus boxplus
boxtimes Bqty bqty Bra bra brace bracevert brack Braket braket break breakAlign breve buildrel bull
bullet Bumpeq bumpeq c cal cancel cancelto Cap cap cases cdot cdotp cdots ce cellcolor celsius
centercolon centerdot centernot centerOver cfrac ch char check checkmark Chi chi choose circ circeq
circlearrowleft circlearrowright circledast circledcirc circleddash circledR circledS clap class clubs
clubsuit cnums colon Colonapprox colonapprox coloncolon coloncolonapprox coloncolonequals
coloncolonminus coloncolonsim Coloneq coloneq Coloneqq coloneqq colonequals colonminus Colonsim colonsim
color colorbox columncolor comm commutator complement Complex cong coprod copyright cos cosec cosecant
cosh cosine cot cotangent cotg coth cp cr cramped crampedclap crampedllap crampedrlap crampedsubstack
cross crossproduct csc csch cssId ctg cth Cup cup curl curlyeqprec curlyeqsucc curlyvee curlywedge
curvearrowleft curvearrowright dag Dagger dagger daleth Darr dArr darr dashleftarrow dashrightarrow
dashv data dbinom dblcolon dd ddag ddagger ddddot dddot ddot ddots DeclareMathOperator
DeclarePairedDelimiter DeclarePairedDelimiters DeclarePairedDelimitersX DeclarePairedDelimitersXPP
DeclarePairedDelimiterX DeclarePairedDelimiterXPP def definecolor deg degree Delta delta derivative det
determinant dfrac diagdown diagonalmatrix diagup Diamond diamond diamonds diamondsuit diffd differential
digamma dim displaylines displaystyle div divergence divideontimes divsymbol dmat dot Doteq doteq
doteqdot dotplus dotproduct dots DOTSB dotsb dotsc DOTSI dotsi dotsm dotso DOTSX dotsx doublebarwedge
doublecap doublecup Downarrow downarrow downdownarrows downharpoonleft downharpoonright dv dyad edef
egroup ell emph empheqbigl empheqbiglangle empheqbiglbrace empheqbiglbrack empheqbiglceil
empheqbiglfloor empheqbiglparen empheqbiglVert empheqbiglvert empheqbigr empheqbigrangle empheqbigrbrace
empheqbigrbrack empheqbigrceil empheqbigrfloor empheqbigrparen empheqbigrVert empheqbigrvert empheql
empheqlangle empheqlbrace empheqlbrack empheqlceil empheqlfloor empheqlparen empheqlVert empheqlvert
empheqr empheqrangle empheqrbrace empheqrbrack empheqrceil empheqrfloor empheqrparen empheqrVert
empheqrvert empty emptyset enclose end endgroup enskip enspace Epsilon epsilon eqalign eqalignno eqcirc
Eqcolon eqcolon Eqqcolon eqqcolon eqref eqsim eqslantgtr eqslantless equalscolon equalscoloncolon equiv
erf errmessage Eta eta eth ev eval evaluated exist exists exp expandafter expectationvalue exponential
expval fallingdotseq fbox fcolorbox fderivative fdv Finv flat flatfrac footnotesize forall frac frak
framebox frown functionalderivative futurelet Game Gamma gamma gcd gdef ge genfrac geq geqq geqslant
gets gg ggg gggtr gimel global gnapprox gneq gneqq gnsim goldA goldB goldC goldD goldE goodbreak grad
gradient gradientnabla grave gray grayA grayB grayC grayD grayE grayF grayG grayH grayI green greenA
greenB greenC greenD greenE gt gtrapprox gtrdot gtreqless gtreqqless gtrless gtrsim gvertneqq H Harr
hArr harr hat hbar hbox hdashline hearts heartsuit hfil hfill hfilll hline hom hookleftarrow
hookrightarrow hphantom href hsize hskip hslash hspace htmlClass htmlData htmlId htmlStyle HUGE Huge
huge hypcosecant hypcosine hypcotangent hypsecant hypsine hyptangent iddots identitymatrix idotsint iff
iiiint iiint iint Im image imageof imaginary imat imath impliedby implies in includegraphics inf infin
infty injlim innerproduct int intercal intop Iota iota ip isin it jmath Join kaBlue kaGreen Kappa kappa
KaTeX ker kern Ket ket Ketbra ketbra label Lambda lambda land lang langle laplacian LARGE Large large
Larr lArr larr LaTeX lBrace lbrace lbrack lceil ldotp ldots le leadsto left Leftarrow leftarrow
leftarrowtail leftharpoondown leftharpoonup leftleftarrows Leftrightarrow leftrightarrow leftrightarrows
leftrightharpoons leftrightsquigarrow leftroot leftthreetimes leq leqalignno leqq leqslant lessapprox
lessdot lesseqgtr lesseqqgtr lessgtr lesssim let lfloor lg lgroup lhd lim liminf limits limsup ll llap
llbracket llcorner Lleftarrow lll llless lmoustache ln lnapprox lneq lneqq lnot lnsim log logarithm long
Longleftarrow longleftarrow Longleftrightarrow longleftrightarrow longleftrightarrows
longLeftrightharpoons longmapsto Longrightarrow longrightarrow longRightleftharpoons
longrightleftharpoons looparrowleft looparrowright lor lower lozenge lparen lq Lrarr lrArr lrarr
lrcorner Lsh lt ltimes lVert lvert lvertneqq makebox maltese mapsto maroonA maroonB maroonC maroonD
maroonE mathbb mathbbm mathbbmss mathbbmtt mathbf mathbfcal mathbffrak mathbfit mathbfscr mathbfsf
mathbfsfit mathbfsfup mathbfup mathbin mathcal mathchoice mathclap mathclose mathds mathellipsis
mathfrak mathinner mathit mathllap mathmakebox mathmbox mathnormal mathop mathopen mathord mathpunct
mathrel mathring mathrlap mathrm mathscr mathsf mathsfit mathsfup mathsterling mathstrut mathtip
mathtoolsset mathtt mathup matrix matrixdeterminant matrixel matrixelement matrixquantity max mbox mdet
measuredangle medspace mel message mho micro mid middle min minCDarrowheight minCDarrowwidth mintA mintB
mintC minuscolon minuscoloncolon minuso mit mkern mmlToken mod models MoveEqLeft moveleft moveright mp
mqty mskip mspace MTFlushSpaceAbove MTFlushSpaceBelow MTThinColon Mu mu multimap N nabla natnums natural
naturallogarithm ncong ndownarrow ne nearrow neg negmedspace negthickspace negthinspace neq
newcolumntype newcommand newenvironment Newextarrow newline newtagform nexists ngeq ngeqq ngeqslant ngtr
ni nLeftarrow nleftarrow nLeftrightarrow nleftrightarrow nleq nleqq nleqslant nless nmid nobreak
nobreakspace noexpand nolimits nonscript nonumber norm normalsize not notag notChar notin notni
nparallel nprec npreceq nRightarrow nrightarrow nshortmid nshortparallel nsim nsubseteq nsubseteqq nsucc
nsucceq nsupseteq nsupseteqq ntriangleleft ntrianglelefteq ntriangleright ntrianglerighteq Nu nu
nuparrow nVDash nVdash nvDash nvdash nwarrow odot ohm oiiint oiint oint ointop oldstyle Omega omega
Omicron omicron ominus op operatorname operatornamewithlimits oplus orange order ordinarycolon origof
oslash otimes outerproduct over overbrace overbracket overgroup overleftarrow overleftharpoon
overleftrightarrow overline overlinesegment overparen Overrightarrow overrightarrow overrightharpoon
overset overunderset overwithdelims owns P parallel parbox partial partialderivative paulimatrix pb
pderivative pdv perp perthousand phantom phase Phi phi Pi pi pink pitchfork plim plusmn pm pmat pmatrix
pmb pmod Pmqty pmqty pod poissonbracket pounds pqty Pr prec precapprox preccurlyeq preceq precnapprox
precneqq precnsim precsim prescript prime principalvalue Probability prod projlim propto providecommand
Psi psi pu purple purpleA purpleB purpleC purpleD purpleE PV pv qall qand qas qassume qc qcc qcomma
qelse qeven qfor qgiven qif qin qinteger qlet qodd qor qotherwise qq qqtext qquad qsince qthen qty quad
quantity qunless qusing R r raise raisebox rang rangle rank Rarr rArr rarr ratio rBrace rbrace rbrack
rceil Re real Reals reals red redA redB redC redD redE ref refeq relax renewcommand renewenvironment
renewtagform require Res Residue restriction rfloor rgroup rhd Rho rho right Rightarrow rightarrow
rightarrowtail rightharpoondown rightharpoonup rightleftarrows rightleftharpoons rightrightarrows
rightsquigarrow rightthreetimes risingdotseq rlap rm rmoustache root rowcolor rparen rq rrbracket
Rrightarrow Rsh rtimes Rule rule rVert rvert S sbmqty scr scriptscriptstyle scriptsize scriptstyle sdot
searrow sec secant sech sect Set set setminus sf sh sharp shortmid shortparallel shortvdotswithin
shoveleft shoveright show sideset Sigma sigma sim simcolon simcoloncolon simeq sin sine sinh sixptsize
skew SMALL Small small smallfrown smallint smallmatrixquantity smallsetminus smallsmile smash smdet
smile smqty sout Space space spades spadesuit sphericalangle splitdfrac splitfrac sPmqty spmqty sqcap
sqcup sqrt sqsubset sqsubseteq sqsupset sqsupseteq square stackbin stackrel star strut style sub sube
Subset subset subseteq subseteqq subsetneq subsetneqq substack succ succapprox succcurlyeq succeq
succnapprox succneqq succnsim succsim sum sup supe Supset supset supseteq supseteqq supsetneq supsetneqq
surd svmqty swarrow symbb symbf symbfcal symbffrak symbfit symbfscr symbfsf symbfsfit symbfsfup symbfup
symcal symfrak symit symnormal symrm symscr symsf symsfit symsfup symtt symup tag tan tangent tanh Tau
tau tbinom tealA tealB tealC tealD tealE TeX text textbf textcircled textclap textcolor textcopyright
textit textllap textmd textnormal TextOrMath textregistered textrlap textrm textsf textstyle texttip
texttt textup tfrac tg th therefore Theta theta thetasym thickapprox thicksim thickspace thinspace tilde
times Tiny tiny tmspace to toggle top Tr tr Trace trace triangle triangledown triangleleft
trianglelefteq triangleq triangleright trianglerighteq tripledash tt twoheadleftarrow twoheadrightarrow
U u Uarr uArr uarr ulcorner underbar underbrace underbracket undergroup underleftarrow
underleftrightarrow underline underlinesegment underparen underrightarrow underset unicode unlhd unrhd
upalpha Uparrow uparrow upbeta upchi Updelta updelta Updownarrow updownarrow upepsilon upeta Upgamma
upgamma upharpoonleft upharpoonright upiota upkappa Uplambda uplambda uplus upmu upnu Upomega upomega
upomicron Upphi upphi Uppi uppi Uppsi uppsi uprho uproot Upsigma upsigma Upsilon upsilon uptau Uptheta
uptheta upuparrows Upupsilon upupsilon upvarepsilon upvarphi upvarpi upvarrho upvarsigma upvartheta Upxi
upxi upzeta urcorner url usetagform utilde v va var varDelta varepsilon varGamma variation varinjlim
varkappa varLambda varliminf varlimsup varnothing varOmega varPhi varphi varPi varpi varprojlim
varpropto varPsi varrho varSigma varsigma varsubsetneq varsubsetneqq varsupsetneq varsupsetneqq varTheta
vartheta vartriangle vartriangleleft vartriangleright varUpsilon varvdots varXi vb vbox vcentcolon
vcenter Vdash vDash vdash vdot vdots vdotswithin vec vectorarrow vectorbold vectorunit vee veebar verb
Vert vert vmqty vnabla vphantom vqty vtop vu Vvdash wedge weierp widecheck widehat widetilde wp wr
xcancel xdef xhookleftarrow xhookrightarrow Xi xi xLeftarrow xleftarrow xleftequilibrium
xleftharpoondown xleftharpoonup xLeftrightarrow xleftrightarrow xLeftrightharpoons xleftrightharpoons
xlongequal xmapsto xmat xmathstrut xmatrix xRightarrow xrightarrow xrightequilibrium xrightharpoondown
xrightharpoonup xrightleftarrows xRightleftharpoons xrightleftharpoons xtofrom xtwoheadleftarrow
xtwoheadrightarrow yen Z zeromatrix Zeta zeta zmat
""".split()
)
