"""A web address that somebody names and asks about, and that is none of the authorities'.

Whoever is told by an answer where to look, beside an address that only resembles the real one, takes that one for it.
"""

from __future__ import annotations

import re

from bot.advert.sites import imitates, is_official, sites
from bot.knowledge.store import Snapshot

#: The entry that says why such an address proves nothing, and which ones are real.
FAKE_SITE = "fake_query_site"
#: Answers that name places to look at or say what holds of a certificate: wrong to read beside a strange address.
_NAMES_PLACES = frozenset(
    {
        *(
            "verify_my_certificate",
            "verify_body",
            "filing_check",
            "how_to_tell",
            "catalogue_check",
            "certificate_contents",
        ),
        *("electronic_certificate", "about_assistant", "source_of_information"),
    }
)
_ASKED = re.compile(r"[真假查信骗网]|官方|正规|靠谱|对不对|是不是|有没有问题|安全|点进|打开|登录|输")


def is_asked_about(text: str, intent: str, unsure: bool, snapshot: Snapshot) -> bool:
    """Whether ``text`` (as typed) is about a strange address, where ``intent`` would be its answer.

    An imitation of an official address is always spoken of, any other where it is asked about.
    """
    strange = [site for site in sites(text) if not is_official(site, snapshot.official_hosts)]
    if not strange:
        return False
    if intent.startswith("query_") or intent in _NAMES_PLACES:
        return True
    posing = any(imitates(site, snapshot.official_hosts) for site in strange)
    return unsure and (posing or _ASKED.search(text) is not None)
