"""What the heading over a sentence says of its worth."""

from onering_cli.generation.phrases import phrases

# Sections that every document of their kind has and nobody shares.
_BOILERPLATE = phrases(
    r"""
    licen[sc](?:e|ing) | copyright | (?:\w+ ){0,4}contribut\w* | credits? | acknowledge?ments? | (?:special )?thanks
    authors? | maintainers? | contact | sponsors? | backers | funding | donat\w+ | (?:table of )?contents | toc
    references | resources | talks | bibliography | footnotes | notes and references | see also | further reading
    (?:external )?links | related\b.* | citation | citing\b.* | how to cite | badges | new contributors
    full changelog | support(?: us)? | get(?:ting)? help | code of conduct | security policy
    reporting (?:bugs|issues).* | bug reports | community | stay in touch | star history | repobeats
    (?:[\w-]+ ){0,3}for enterprise\b.* | (?:enterprise|professional) support | about the author.*
    disclaimer | warranty | trademarks? | downloads? | mailing lists? | who uses\b.*
    who['’]s using\b.* | used by | testimonials | other languages | lizenz | danksagung | remerciements | licencia
    """,
    before=r"^(?:\W|\d+[.)]?\s)*",
    after=r"(?:\W|$)",
)
# Sections about making a thing run rather than about what it is.
_WORKSHOP = phrases(
    r"""
    install(?:ation|ing)? | set-?up | requirements? | prerequisites? | dependencies | build(?:ing)? | compil(?:e|ing)
    develop(?:ment|ing) | test(?:s|ing)? | ci | internal\w* | chores? | maintenance | packaging | refactor\w* | docs
    documentation | troubleshooting | faq | changelog | release notes | known issues
    configuration | api(?: reference)? | options | parameters | arguments | command[- ]line | examples? | usage
    """,
    before=r"\b",
    after=r"\b",
)
# Sections that tell how to get a thing onto a machine, or what it was like before: nobody would post them.
_ERRANDS = phrases(
    r"""
    (?:quick )?install(?:ation|ing)? | set-?up | setting up | (?:system )?requirements? | prerequisites? | dependencies
    build(?:ing|s)? | compil(?:e|ing|ation) | packaging | develop(?:ment|ing) | tests? | testing | ci
    continuous integration | chores? | maintenance | internals? | change ?-?log | release history | version history
    uninstall(?:ation|ing)? | cloning
    """,
    before=r"^(?:\W|\d+[.)]?\s)*(?:how to )?",
    after=r"(?: (?:instructions?|steps?|guide|notes?|from source|(?:it|from|for|with|on|using|via|and) .*))?\W*$",
)
_INTERNAL = phrases("internals? | development support | under the hood | for developers", before=r"\b", after=r"\b")
_MENDING = phrases("(?:bug ?)?fix(?:e[sd])? | bugs?", before=r"\b", after=r"\b")
_POINTED = phrases(
    r"""
    highlights? | why | features? | new | added | key | overview | summary | tl;?dr | security | performance
    breaking | results? | findings | lessons? | conclusions? | takeaways? | motivation | rationale | philosophy
    principles | goals? | benefits | advantages
    """,
    before=r"\b",
    after=r"\b",
)


def worth_of_heading(headings: tuple[str, ...]) -> float:
    """How much the section under `headings` matters: 0.1 for a licence, 0.25 for how to install, 1.1 for why."""
    if any(_BOILERPLATE.match(heading) for heading in headings):
        return 0.1
    inner = headings[-1] if headings else ""
    if any(_ERRANDS.match(heading) for heading in headings):
        return 0.25
    if _INTERNAL.search(inner):
        return 0.4
    if _POINTED.search(inner):
        return 1.1
    if _MENDING.search(inner):
        return 0.85
    return 0.5 if any(_WORKSHOP.search(heading) for heading in (*headings[1:], inner)) else 1.0
