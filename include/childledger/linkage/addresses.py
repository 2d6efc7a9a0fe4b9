"""Tell the county from an address, for rows whose code names none: it is blank, or only that of the city."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from childledger.places import cities, codes_by_name

_PLACE = (
    r"^\s*(?:.{2,8}?(?:省|自治区))?(?P<city>[^省市盟县区镇乡街路村]{1,10}(?:市|州|盟|地区))?"
    r"(?P<county>[^省市县区旗镇乡街路村]{1,11}(?:县|区|旗|市))"
)
_UNCLEAR = r"^(?:城.*|.区)$"
"""What is as often a part of a town or an estate as a county: tells one only behind its city."""


def counties(addresses: pa.StringArray) -> pa.Int32Array:
    """County code of each address, six digits; null where it names none, or one of several of that name."""
    found = pc.extract_regex(addresses, pattern=_PLACE)
    city, county = (pc.struct_field(found, part) for part in ("city", "county"))
    city = pc.if_else(pc.equal(city, ""), pa.scalar(None, pa.string()), city)
    unclear = pc.or_(pc.is_in(city, value_set=pa.array(cities())), pc.match_substring_regex(county, _UNCLEAR))
    code = pc.coalesce(
        _codes(pc.binary_join_element_wise(city, county, "")),
        _codes(pc.if_else(unclear, pa.scalar(None, pa.string()), county)),
    )
    return pc.cast(code, pa.int32())


def _codes(names: pa.StringArray) -> pa.StringArray:
    """Codes of names; null for what is none."""
    known = codes_by_name()
    return pa.array(known.values()).take(pc.index_in(names, value_set=pa.array(known)))
