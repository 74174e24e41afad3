"""Abbreviations of English, German, French and Spanish, by what their full stop says about the sentence.

All are written without their last full stop and, but for `CALENDAR`, folded to lower case.
"""


def words_of(line: str) -> frozenset[str]:
    """The words of a line that is written to be read."""
    return frozenset(line.split())


NEVER_LAST = words_of(
    # Titles and ranks stand before a name.
    "mr mrs ms mx messrs dr drs prof gen sen rep gov capt cpt cmdr lt col sgt maj rev hon pres supt insp det "
    "mme mlle mgr hr hrn fr. frl dipl ing mag sr. sra srta dña dn lic ud uds vd vds "
    # Words that point at what follows.
    "e.g i.e eg ie e.g. viz vs cf approx resp incl excl esp ca circa fig figs eqn pp aka a.k.a c.f mt ft st "
    "z.b d.h bzw bspw vgl u.a u.ä o.ä i.d.r z.t z.zt ggf inkl exkl evtl sog abb mio mrd geb gest insb "
    "p.ex c.-à-d càd env av.j.-c p.ej núm pág págs aprox dto avda"
)

BEFORE_NUMBERS = words_of(
    "no nos nr nrn vol vols ch chap sec sect art arts p pg para paras ed app eq ver v rev op ex tab kap bd abs ziff "
    "aufl jg hrsg tel ext room rm apt ste n° nº cap lib"
)

CALENDAR = words_of(
    "Jan Feb Febr Mar Mär Apr Jun Jul Aug Sep Sept Oct Okt Nov Dec Dez Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun "
    "janv févr avr juil déc ene abr ago dic"
)

OFTEN_LAST = words_of("etc usw usf dgl ff et.al etc. ss")

AMBIGUOUS = words_of(
    "inc ltd co corp llc plc bros dept dist div est assn univ jr sr esq ave blvd rd hwy sq al cie gmbh str "
    "a.m p.m am pm ph.d m.d b.a m.a m.sc b.sc d.c u.s u.k u.n u.s.a e.u a.d b.c c.e b.c.e n.b p.s r.i.p "
    "ee.uu s.a s.l s.r.l e.v"
)

OPENERS = words_of(
    "the a an this that these those it its it's he she they we i you his her their our my your there here who what "
    "when where why how which if in on at as for from with after before since while although though because but and "
    "or so yet nor not no yes then now once all some many most few both each every one two another other however "
    "meanwhile instead still also even only perhaps maybe today let do does did is are was were can could will would "
    "should may might have has had by to under over through during until "
    "der die das ein eine er sie es wir ihr ich du dies diese dieser dieses wenn als aber und oder doch im am auf bei "
    "mit nach seit von zu zum zur für dann so auch nur wer wie wo was warum heute "
    "le la les l' un une il elle ils elles nous vous je tu ce cette ces cet mais et ou donc car si quand dans en sur "
    "avec pour par depuis après avant comme c'est aujourd'hui "
    "el los las una unos unas él ella ellos ellas nosotros yo tú esto esta este estos estas pero y o si cuando en con "
    "por para desde después antes como hoy"
)
