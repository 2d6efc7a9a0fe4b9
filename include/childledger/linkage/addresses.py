"""Tell the county from an address, for rows whose code names none: it is blank, or only that of the city."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from childledger.places import codes_by_name

_PLACE = (
    r"^\s*(?:.{2,8}?(?:省|自治区))?(?P<city>[^省市盟县区]{1,10}(?:市|州|盟|地区))?"
    r"(?P<county>[^省市县区旗]{1,11}(?:县|区|旗|市))"
)


def counties(addresses: pa.StringArray) -> pa.Int32Array:
    """County code of each address, six digits; null where it names none, or one of several of that name."""
    found = pc.extract_regex(addresses, pattern=_PLACE)
    county = pc.struct_field(found, "county")
    known = pa.table({"name": list(codes_by_name()), "code": [int(code) for code in codes_by_name().values()]})

    def code(name: pa.Array) -> pa.Array:
        return known["code"].combine_chunks().take(pc.index_in(name, value_set=known["name"].combine_chunks()))

    whole = code(pc.binary_join_element_wise(pc.struct_field(found, "city"), county, ""))
    return pc.cast(pc.coalesce(whole, code(county)), pa.int32())
